"""Remembers facts about people and topics for long, and finds them by what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.providers.alike import meaning_field
from runtime.providers.facts import named, recall_facts, remember_facts
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
from runtime.sdk.texts import Text


class Memory(Node):
    """Remember facts about a person or a topic, and recall those that fit a question."""

    type, version = "ai.memory", 1
    name, category, icon = "Long-term memory", "AI", "brain"
    keywords = ("remember", "recall", "facts", "profile", "embedding", "semantic", "knowledge")
    summary = "{action} · {about}"
    effect = Effect.EXTERNAL
    # A repeated try finds what the first one did, so an unknown outcome is none.
    default_policy = Policy(retry=Retry.network(), timeout_seconds=120, on_unknown=OnUnknown.RETRY)
    usable_as_tool = True

    class Params(NodeParams):
        action: Literal["remember", "recall", "forget"] = field(
            Kind.CHOICE,
            "recall",
            label="What to do",
            choices={
                "remember": "Remember facts",
                "recall": "Recall the facts that fit",
                "forget": "Forget all of them",
            },
        )
        about: Text = field(
            Kind.TEXT,
            label="About",
            help="The person or topic: a customer number, a mail address, a name. All flows of the "
            "workspace share what is remembered.",
            placeholder="{{ input.customer }}",
            min_length=1,
        )
        facts: Json = field(
            Kind.MULTILINE,
            "",
            label="Facts",
            help="One a line, each a sentence of its own; or a list.",
            placeholder="Prefers to be called in the morning",
            show_if=("action", ["remember"]),
        )
        question: Text = field(
            Kind.MULTILINE,
            "",
            label="What they shall fit",
            help="A question or a text; the facts that have most to do with it are found.",
            placeholder="{{ input.message }}",
            show_if=("action", ["recall"]),
        )
        most: int = field(
            Kind.INTEGER,
            5,
            label="Facts at most",
            show_if=("action", ["recall"]),
            ge=1,
            le=100,
        )
        least: float = field(
            Kind.NUMBER,
            0,
            label="How well they must fit",
            help="From 0 to 1. 0: the best ones, however little they fit.",
            show_if=("action", ["recall"]),
            advanced=True,
            ge=0,
            le=1,
        )
        expires_in: float | None = field(
            Kind.DURATION,
            None,
            label="Forget them after",
            help="Empty: never. A fact that is told again stays for as long again.",
            show_if=("action", ["remember"]),
            advanced=True,
            ge=60,
            le=315_360_000,
        )
        measured_by: str | None = meaning_field()

    examples = (
        Example(
            "Remember what a customer told",
            {"action": "remember", "about": "{{ input.customer }}", "facts": "{{ input.facts }}"},
        ),
        Example(
            "What do we know that helps with this message?",
            {
                "action": "recall",
                "about": "{{ input.customer }}",
                "question": "{{ input.message }}",
            },
        ),
    )
    output_sample = {
        "about": "ada@example.com",
        "facts": [
            {
                "text": "Prefers to be called in the morning",
                "alike": 0.62,
                "told": "2026-01-31T09:30:00+00:00",
            }
        ],
        "text": "Prefers to be called in the morning",
    }

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return bool(raw.get("action", "recall") != "recall")

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        if params.action == "remember" and not params.facts:
            return [("facts", "There is nothing to remember.", "Put the facts in.")]
        if params.action == "recall" and not params.question.strip():
            return [("question", "It is not said what is looked for.", "Put a question in.")]
        return ()

    async def run(self, params: Params, ctx: Context) -> Output:
        by = params.measured_by
        if params.action == "remember":
            expires_in = params.expires_in
            made = await remember_facts(
                params.about, params.facts, ctx, profile=by, expires_in=expires_in
            )
        elif params.action == "recall":
            most, least = params.most, params.least
            made = await recall_facts(
                params.about, params.question, ctx, profile=by, most=most, least=least
            )
        else:
            about = named(params.about)
            gone = await ctx.facts.forget(about, key=ctx.idempotency_key)
            made = {"about": about, "forgotten": gone}
        return Output.one(dict(made))
