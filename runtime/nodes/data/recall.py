"""Gets back what an earlier run remembered."""

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
    Output,
    Policy,
    Retry,
    field,
)
from runtime.sdk.texts import Text


class Recall(Node):
    """Get back a value that an earlier run remembered."""

    type, version = "data.recall", 1
    name, category, icon = "Recall", "Data", "bookmark"
    keywords = ("load", "state", "key", "value", "get", "read", "memory", "remembered")
    summary = "{name}"
    effect = Effect.READS
    default_policy = Policy(retry=Retry.network(), timeout_seconds=30)
    usable_as_tool = True

    class Params(NodeParams):
        name: Text = field(
            Kind.TEXT,
            label="The name",
            help="The one it was remembered under.",
            min_length=1,
            max_length=200,
        )
        shared: Literal["flow", "workspace"] = field(
            Kind.CHOICE,
            "flow",
            label="Of",
            choices={"flow": "This flow", "workspace": "All flows of the workspace"},
        )
        otherwise: Json = field(
            Kind.JSON, None, label="If there is nothing", help="What to go on with then."
        )

    examples = (
        Example(
            "A counter that nobody has begun",
            {"name": "calls", "otherwise": 0},
            input=[{}],
            output={"out": [{"name": "calls", "value": 0, "was_there": False}]},
        ),
    )
    output_sample = {"name": "calls", "value": 12, "was_there": True}

    async def run(self, params: Params, ctx: Context) -> Output:
        kept = await ctx.memory.recall(params.name, shared=params.shared == "workspace")
        value = kept.value if kept.was_there else params.otherwise
        return Output.one({"name": params.name, "value": value, "was_there": kept.was_there})
