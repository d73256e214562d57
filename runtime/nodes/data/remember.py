"""Remembers a value for later runs."""

from __future__ import annotations

from typing import Literal

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
from runtime.sdk.texts import Text


class Remember(Node):
    """Remember a value for later runs: put it down, count it up, or collect a list."""

    type, version = "data.remember", 1
    name, category, icon = "Remember", "Data", "bookmark"
    keywords = ("store", "save", "state", "key", "value", "count", "counter", "seen", "once", "memory")
    summary = "{action} · {name}"
    # A repeated try finds what the first one did, so an unknown outcome is none.
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=30, on_unknown=OnUnknown.RETRY)
    usable_as_tool = True

    class Params(NodeParams):
        action: Literal["set", "set_if_absent", "add", "append", "delete"] = field(
            Kind.CHOICE,
            "set",
            label="What to do",
            choices={
                "set": "Put it there",
                "set_if_absent": "Put it there, unless something is",
                "add": "Add a number to it",
                "append": "Add an entry to a list",
                "delete": "Forget it",
            },
        )
        name: Text = field(
            Kind.TEXT,
            label="Under the name",
            help="With data in it you get one for each, for example one for each order.",
            placeholder="seen-{{ input.id }}",
            min_length=1,
            max_length=200,
        )
        value: Json = field(
            Kind.JSON,
            None,
            label="Value",
            help="When adding and left empty: 1.",
            placeholder="{{ input }}",
            show_if=("action", ["set", "set_if_absent", "add", "append"]),
        )
        shared: Literal["flow", "workspace"] = field(
            Kind.CHOICE,
            "flow",
            label="For",
            choices={"flow": "This flow", "workspace": "All flows of the workspace"},
        )
        expires_in: float | None = field(
            Kind.DURATION,
            None,
            label="Forget it after",
            help="Empty: never. A number or list keeps the end it got when it began.",
            ge=1,
            le=315_360_000,
            show_if=("action", ["set", "set_if_absent", "add", "append"]),
            advanced=True,
        )

    examples = (
        Example(
            "Note that an order was seen",
            {"action": "set_if_absent", "name": "seen-{{ input.id }}", "value": True},
            input=[{"id": 7}, {"id": 7}],
            output={
                "out": [
                    {"name": "seen-7", "value": True, "was_there": False},
                    {"name": "seen-7", "value": True, "was_there": True},
                ]
            },
        ),
        Example(
            "Count",
            {"action": "add", "name": "calls", "value": 2},
            input=[{}],
            output={"out": [{"name": "calls", "value": 2, "was_there": False}]},
        ),
    )
    output_sample = {"name": "calls", "value": 12, "was_there": True}

    async def run(self, params: Params, ctx: Context) -> Output:
        kept = await ctx.memory.remember(
            params.name,
            params.action,
            params.value,
            shared=params.shared == "workspace",
            expires_in=params.expires_in,
            key=ctx.idempotency_key,
        )
        return Output.one({"name": params.name, "value": kept.value, "was_there": kept.was_there})
