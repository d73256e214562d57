"""The one way to go round."""

from __future__ import annotations

from typing import Any, Literal

from runtime.sdk import Kind, LoopKind, LoopSpec, Node, NodeParams, Port, Rounds, field
from runtime.sdk.loop import CONTINUE, EACH_ROUND, FINISHED, START


class Repeat(Node):
    """Go round: for every item, a number of times, or until it is enough."""

    type, version = "flow.repeat", 1
    name, category, icon = "Repeat", "Flow", "repeat"
    keywords = ("loop", "each", "while", "until", "batch", "times")
    inputs = (Port(START, "Start"), Port(CONTINUE, "Continue"))
    outputs = (Port(EACH_ROUND, "Each round"), Port(FINISHED, "Finished"))
    loop = True

    class Params(NodeParams):
        over: Literal["each", "times", "until"] = field(
            Kind.CHOICE,
            "each",
            label="Go round",
            choices={
                "each": "For every item",
                "times": "A number of times",
                "until": "Until a condition holds",
            },
        )
        batch_size: int = field(
            Kind.INTEGER,
            1,
            label="Items in each round",
            show_if=("over", ["each"]),
            ge=1,
            le=10_000,
        )
        times: int = field(
            Kind.INTEGER, 3, label="How many times", show_if=("over", ["times"]), ge=0, le=100_000
        )
        until: dict[str, Any] = field(
            Kind.CONDITIONS,
            default_factory=dict,
            label="Until",
            help="Judged after each round, on what came back to Continue.",
            show_if=("over", ["until"]),
            templates=False,
        )
        parallel: int = field(
            Kind.INTEGER,
            1,
            label="Rounds at the same time",
            show_if=("over", ["each", "times"]),
            ge=1,
            le=100,
        )
        maximum: int = field(
            Kind.INTEGER,
            100,
            label="At most so many rounds",
            help="It always ends, whatever the data says.",
            show_if=("over", ["times", "until"]),
            ge=1,
            le=100_000,
        )
        collect: Literal["all", "last"] = field(
            Kind.CHOICE,
            "all",
            label="“Finished” gives",
            choices={"all": "The results of all rounds", "last": "Only the last round's result"},
        )

    @classmethod
    def loop_spec(cls, params: Params) -> LoopSpec:
        return LoopSpec(
            LoopKind(params.over),
            params.batch_size,
            params.parallel,
            params.times,
            params.maximum,
            Rounds(params.collect),
            params.until,
        )
