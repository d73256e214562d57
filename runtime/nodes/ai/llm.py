"""Asks a language model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from runtime.providers.cases import Case, cases_field, model_for
from runtime.providers.conversation import (
    conversation_field,
    keep,
    recalled,
    remembers_field,
    said_now,
    told_before,
)
from runtime.providers.pictures import Which, pictures_field, shown
from runtime.providers.protocols import Alike, ChatReply, ChatRequest
from runtime.providers.samples import (
    Sample,
    chosen,
    how_many_field,
    samples_field,
    told_as,
    which_field,
)
from runtime.providers.talk import question
from runtime.providers.thoughts import FIELD, Thoughts, answered, thoughtful, thoughts_field
from runtime.providers.wordings import asked_with, library_field, missing, own, with_prompt
from runtime.sdk import (
    Context,
    Effect,
    Example,
    Json,
    Kind,
    Node,
    NodeParams,
    OnUnknown,
    Output,
    Policy,
    Retry,
    field,
)
from runtime.sdk.node import Finding
from runtime.sdk.prompts import FromLibrary
from runtime.sdk.texts import Text
from runtime.sdk.values import as_text


class Llm(Node):
    """Ask a language model and pass its answer on."""

    type, version = "ai.llm", 1
    name, category, icon = "LLM", "AI", "sparkles"
    keywords = ("model", "ask", "gpt", "chat", "prompt", "write", "summarize", "ai")
    summary = "{saved_prompt} {prompt}"
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=120, on_unknown=OnUnknown.RETRY)
    streams = True
    usable_as_tool = True
    told = ("system", "prompt", "saved_prompt", "samples", "shape")

    class Params(NodeParams):
        model: str | None = field(
            Kind.MODEL,
            None,
            label="Model",
            help="Without a choice, the workspace's first model is asked.",
        )
        saved_prompt: FromLibrary | None = library_field(text="prompt", system="system")
        system: Text = field(
            Kind.MULTILINE,
            "",
            label="Who the model is",
            help="What it should keep in mind for every item.",
            placeholder="You answer the customers of a small shop, kindly and briefly.",
            show_if=own(),
        )
        prompt: Text = field(
            Kind.MULTILINE,
            "",
            label="What to ask",
            help="Drag in fields of earlier steps where they belong.",
            placeholder="Answer this message: …",
            show_if=own(),
        )
        answer: Literal["text", "json"] = field(
            Kind.CHOICE,
            "text",
            label="Answer",
            choices={"text": "Text", "json": "Fields that you name"},
        )
        shape: dict[str, Json] = field(
            Kind.SCHEMA,
            default_factory=dict,
            label="Fields of the answer",
            help="The model is held to them, so that later steps can rely on them.",
            show_if=("answer", ["json"]),
        )
        cases: tuple[Case, ...] = cases_field()
        samples: tuple[Sample, ...] = samples_field()
        which_samples: Literal["all", "alike"] = which_field()
        how_many_samples: int = how_many_field()
        pictures: Which = pictures_field()
        thoughts: Thoughts = thoughts_field()
        conversation: Text = conversation_field()
        remembers: int = remembers_field()
        temperature: float = field(
            Kind.NUMBER,
            0.2,
            label="Freedom",
            help="0 gives much the same answer each time, 1 and above a more inventive one.",
            advanced=True,
            ge=0,
            le=2,
        )
        keep_for: float = field(
            Kind.DURATION,
            0,
            label="Keep answers for",
            help="The same question within this time gets the same answer again, at no cost. "
            "0: always ask.",
            advanced=True,
            ge=0,
            le=30 * 86_400,
            templates=False,
        )
        keep_alike: bool = field(
            Kind.BOOLEAN,
            False,
            label="Also for questions that mean the same",
            help="In other words, with the same settings. Needs “Keep answers for” above 0. The "
            "log says which question was answered before.",
            advanced=True,
        )
        least_alike: float = field(
            Kind.NUMBER,
            0.93,
            label="How much the same they must mean",
            help="From 0 to 1. At 0.93 hardly more than the wording may differ; below 0.87 other "
            "questions are taken for the same.",
            show_if=("keep_alike", [True]),
            advanced=True,
            ge=0.3,
            le=1,
        )
        alike_scope: Literal["step", "flow", "workspace"] = field(
            Kind.CHOICE,
            "step",
            label="Answers of",
            choices={
                "step": "This step",
                "flow": "Any step of this flow",
                "workspace": "Any flow of the workspace",
            },
            show_if=("keep_alike", [True]),
            advanced=True,
        )
        too_long: Literal["refuse", "shorten"] = field(
            Kind.CHOICE,
            "refuse",
            label="When it is too long for the model",
            choices={
                "refuse": "Fail before anything is asked",
                "shorten": "Leave out the oldest of the conversation",
            },
            advanced=True,
        )
        max_tokens: int = field(
            Kind.INTEGER,
            512,
            label="Longest answer",
            help="In tokens; a token is about three quarters of an English word.",
            advanced=True,
            ge=1,
            le=100_000,
        )

    examples = (
        Example("Answer a message", {"prompt": "Answer kindly: {{ input.message }}"}),
        Example(
            "What is on the picture?", {"prompt": "What is on this picture?", "pictures": "first"}
        ),
        Example(
            "Choose a department",
            {
                "prompt": "Which department should answer this? {{ input.message }}",
                "answer": "json",
                "shape": {
                    "type": "object",
                    "properties": {
                        "department": {"type": "string", "enum": ["sales", "repairs"]},
                    },
                    "required": ["department"],
                    "additionalProperties": False,
                },
            },
        ),
    )
    output_sample = {"text": "Thank you for your message."}

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    @classmethod
    def check(cls, params: Any) -> Sequence[Finding]:
        if empty := missing(params, "prompt", "What to ask"):
            return empty
        if params.answer == "json" and not params.shape.get("properties"):
            return [("shape", "Name at least one field that the answer shall have.")]
        if params.thoughts == "first" and FIELD in params.shape.get("properties", {}):
            said = "One field cannot be called “reasoning”: the reasoning has this name."
            return [("shape", said)]
        if params.keep_alike and params.keep_for <= 0:
            return [("keep_for", "No answer is kept, so none is found again. Say how long.")]
        return ()

    async def run(self, params: Params, ctx: Context) -> Output:
        params, wording = await asked_with(params, ctx)
        as_fields = params.answer == "json"
        talks = bool(params.conversation.strip())
        before = await recalled(params.conversation, ctx) if talks else ()
        most = params.how_many_samples if params.which_samples == "alike" else None
        samples = await chosen(params.samples, params.prompt, most, ctx)
        shape = params.shape if as_fields else None
        messages = list(question(params.prompt, params.system))
        messages[-1] = replace(messages[-1], pictures=await shown(params.pictures, ctx))
        earlier = told_before(before, params.remembers)
        messages[-1:-1] = [*told_as(samples), *earlier]
        last = len(messages) - 1
        shortens = params.too_long == "shorten"
        reply: ChatReply = await ctx.models.complete(
            ChatRequest(
                messages,
                profile=model_for(params.cases, params.model, ctx),
                schema=thoughtful(shape) if params.thoughts == "first" else shape,
                temperature=params.temperature,
                max_tokens=params.max_tokens,
                keep_seconds=params.keep_for,
                show=True,
                alike=Alike(params.least_alike, params.alike_scope) if params.keep_alike else None,
                older=(last - len(earlier), last) if shortens else (0, 0),
            ),
            ctx,
        )
        if reply.cut_off:
            ctx.log.warning("The answer was cut off: it reached the longest that is allowed.")
        answer = answered(reply, params.thoughts, as_fields=as_fields)
        if talks:
            added = said_now(params.prompt, as_text(answer.get("text", reply.text)))
            change: dict[str, Json] = {"add": added, "most": params.remembers}
            await keep(params.conversation, change, ctx)
        return Output.one(answer, usage=with_prompt(reply.usage.plain(), wording))
