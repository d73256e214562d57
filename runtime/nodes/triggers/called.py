"""Started by another flow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.sdk import (
    BatchNode,
    Example,
    Item,
    Json,
    Kind,
    NodeParams,
    Output,
    Port,
    TriggerInfo,
    field,
)


class Called(BatchNode):
    """Start when a step “Run another flow” of another flow calls this one."""

    type, version = "trigger.called", 1
    name, category, icon = "Called by another flow", "Triggers", "arrow-fork"
    keywords = ("sub-flow", "subflow", "child", "reuse", "called")
    inputs, outputs = (), (Port("out"),)
    trigger = TriggerInfo("called", "Another flow", by_flows=True)

    class Params(NodeParams):
        sample: Json = field(
            Kind.JSON,
            None,
            label="Sample data",
            help="Offered when you press Test. It is not used in live runs.",
            templates=False,
        )

    examples = (Example("Passes on what came", {}, input=[{"id": 7}], output={"out": [{"id": 7}]}),)
    output_sample = {"name": "Ada"}

    def run_batch(self, params: Sequence[Any], items: Sequence[Item]) -> Sequence[Output]:
        return [Output.items((item,)) for item in items]
