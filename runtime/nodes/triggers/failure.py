"""Started by the failure of another run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.sdk import BatchNode, Example, Item, Kind, NodeParams, Output, Port, TriggerInfo, field


class Failure(BatchNode):
    """Start when a published flow fails, to tell somebody or to clean up."""

    type, version = "trigger.failure", 1
    name, category, icon = "When a run fails", "Triggers", "alert-triangle"
    keywords = ("error", "failure", "catch", "alert", "monitor")
    inputs, outputs = (), (Port("out"),)
    trigger = TriggerInfo("failure", "A run that failed", by_flows=True)

    class Params(NodeParams):
        flow: str | None = field(
            Kind.FLOW,
            None,
            label="Only of this flow",
            help="Empty: of every published flow in this workspace but this one.",
        )

    examples = (Example("Passes on what came", {}, input=[{"id": 7}], output={"out": [{"id": 7}]}),)
    output_sample = {
        "run": "01890000-0000-7000-8000-000000000000",
        "flow": "01890000-0000-7000-8000-000000000001",
        "version": 3,
        "status": "failed",
        "reason": "“Fetch order” failed: The shop did not answer.",
        "step": "Fetch order",
        "message": "The shop did not answer.",
        "started_by": "webhook",
    }

    def run_batch(self, params: Sequence[Any], items: Sequence[Item]) -> Sequence[Output]:
        return [Output.items((item,)) for item in items]
