"""A model that works towards a goal with tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.providers.conversation import (
    Kept,
    Older,
    Recalled,
    conversation_field,
    older_field,
    remembers_field,
)
from runtime.providers.facts import RECALL, REMEMBER, RecallsFacts, RemembersFacts
from runtime.providers.turn import ModelTurn
from runtime.providers.wordings import asked_with, library_field, missing, own
from runtime.providers.work import Work
from runtime.sdk import (
    Context,
    Effect,
    Example,
    Item,
    Json,
    Kind,
    Node,
    NodeParams,
    OnUnknown,
    Output,
    Policy,
    Port,
    Retry,
    field,
)
from runtime.sdk.node import Finding
from runtime.sdk.permission import Permission
from runtime.sdk.prompts import FromLibrary
from runtime.sdk.texts import Text


class Agent(Node):
    """Let a model work towards a goal with the tools that you wire to it."""

    type, version = "ai.agent", 1
    name, category, icon = "Agent", "AI", "robot"
    keywords = ("tools", "autonomous", "assistant", "function calling", "react", "model", "plan")
    summary = "{saved_prompt} {goal}"
    outputs = (Port("out", "Answer"),)
    effect = Effect.EXTERNAL
    streams = True
    uses_tools = True
    usable_as_tool = True
    told = ("system", "goal", "saved_prompt", "shape")
    inner = {
        "turn": ModelTurn,
        "permission": Permission,
        "recall": Recalled,
        "keep": Kept,
        REMEMBER: RemembersFacts,
        RECALL: RecallsFacts,
    }
    default_policy = Policy(retry=Retry.network(), timeout_seconds=120, on_unknown=OnUnknown.RETRY)

    class Params(NodeParams):
        saved_prompt: FromLibrary | None = library_field(text="goal", system="system")
        goal: Text = field(
            Kind.MULTILINE,
            "",
            label="What to do",
            help="The goal, with the data it needs. Which tools there are, the agent is told.",
            placeholder="Answer this customer: {{ input.message }}",
            show_if=own(),
        )
        system: Text = field(
            Kind.MULTILINE,
            "",
            label="Who it is",
            help="What it should keep in mind, and what it may not do.",
            placeholder="You help the customers of a small shop. You never promise a refund.",
            show_if=own(),
        )
        model: str | None = field(
            Kind.MODEL,
            None,
            label="Model",
            help="Without a choice, the workspace's first model is asked.",
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
        conversation: Text = conversation_field()
        remembers: int = remembers_field()
        older: Older = older_field()
        facts_about: Text = field(
            Kind.TEXT,
            "",
            label="Remembers facts about",
            help="A person or a topic, for example {{ input.customer }}. The agent gets two tools "
            "by which it keeps facts for later talks and finds them again. Empty: none.",
            placeholder="{{ input.customer }}",
            section="Memory",
        )
        plan: bool = field(
            Kind.BOOLEAN,
            False,
            label="Make a plan first",
            help="Helps with goals of several steps; costs one more call.",
        )
        check: bool = field(
            Kind.BOOLEAN,
            False,
            label="Check the answer",
            help="The model looks at its own answer, and improves it up to twice.",
        )
        most_turns: int = field(
            Kind.INTEGER,
            12,
            label="Turns at most",
            help="How often the model is asked. In the last turn it has to answer.",
            section="Limits",
            ge=1,
            le=200,
        )
        most_calls: int = field(
            Kind.INTEGER,
            30,
            label="Uses of tools at most",
            section="Limits",
            ge=0,
            le=1_000,
        )
        most_tokens: int = field(
            Kind.INTEGER,
            0,
            label="Tokens at most",
            help="Read and written, in all turns together. 0: no limit.",
            section="Limits",
            ge=0,
        )
        most_cost: float = field(
            Kind.NUMBER,
            0,
            label="Cost at most",
            help="In the currency of the model's prices. 0: no limit.",
            section="Limits",
            ge=0,
        )
        who: Literal["operator", "editor", "admin"] = field(
            Kind.CHOICE,
            "operator",
            label="Who may allow tools that ask first",
            choices={
                "operator": "Operators, editors and admins",
                "editor": "Editors and admins",
                "admin": "Admins",
            },
            advanced=True,
        )
        temperature: float = field(
            Kind.NUMBER,
            0.2,
            label="Freedom",
            help="0 gives much the same answer each time, 1 and above a more inventive one.",
            advanced=True,
            ge=0,
            le=2,
        )
        max_tokens: int = field(
            Kind.INTEGER,
            1024,
            label="Longest answer",
            help="Of one turn, in tokens; a token is about three quarters of an English word.",
            advanced=True,
            ge=1,
            le=100_000,
        )

    examples = (
        Example("Answer a customer", {"goal": "Answer this customer: {{ input.message }}"}),
        Example(
            "With a plan",
            {"goal": "Find out why {{ input.order }} is late.", "plan": True, "most_turns": 20},
        ),
    )
    output_sample = {
        "text": "Your order left us on Monday.",
        "used": [{"tool": "find_order", "arguments": {"number": "A-17"}}],
        "turns": 2,
    }

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    @classmethod
    def check(cls, params: Any) -> Sequence[Finding]:
        if params.answer == "json" and not params.shape.get("properties"):
            return [("shape", "Name at least one field that the answer shall have.")]
        return missing(params, "goal", "What to do")

    async def run(self, params: Params, ctx: Context) -> Output:
        params, _ = await asked_with(params, ctx)
        work = Work(params, ctx)
        answer = await work.done()
        used: list[Json] = list(work.used)
        made: dict[str, Json] = {**answer, "used": used, "turns": work.turns}
        return Output.items([Item(made, ctx.item.files if ctx.items else ())])
