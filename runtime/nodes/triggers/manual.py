"""Started by a person or by the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.sdk import BatchNode, Example, Item, Kind, NodeParams, Output, Port, TriggerInfo, field
from runtime.sdk.items import Json


class Manual(BatchNode):
    """Start the flow yourself, with data of your choice."""

    type, version = "trigger.manual", 1
    name, category, icon = "Start by hand", "Triggers", "player-play"
    keywords = ("button", "test", "api")
    inputs, outputs = (), (Port("out"),)
    trigger = TriggerInfo("manual", "By hand")

    class Params(NodeParams):
        sample: Json = field(
            Kind.JSON,
            None,
            label="Sample data",
            help="Offered when you press Test. It is not used in live runs.",
            templates=False,
        )

    examples = (
        Example(
            "Passes its data on", {}, input=[{"name": "Ada"}], output={"out": [{"name": "Ada"}]}
        ),
    )
    output_sample = {"name": "Ada"}

    def run_batch(self, params: Sequence[Any], items: Sequence[Item]) -> Sequence[Output]:
        return [Output.items((item,)) for item in items]
