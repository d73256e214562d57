"""Some items go on, the others do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.sdk import (
    BatchNode,
    Conditions,
    Example,
    Item,
    Kind,
    NodeError,
    NodeParams,
    Output,
    Port,
    field,
)


class Filter(BatchNode):
    """Keep the items for which a condition holds."""

    # It does not close an exit as a parting of ways does: where nothing was kept, counting and
    # summing up afterwards still say “0”.
    type, version = "flow.filter", 1
    name, category, icon = "Filter", "Flow", "filter"
    keywords = ("keep", "remove", "where", "condition", "select", "discard")
    outputs = (Port("kept", "Kept"), Port("discarded", "Discarded"))
    passes = True

    class Params(NodeParams):
        conditions: Conditions = field(
            Kind.CONDITIONS,
            default_factory=Conditions,
            label="Keep items for which",
            help="The others leave by Discarded.",
        )

    examples = (
        Example(
            "Paid orders",
            {"conditions": {"rows": [{"left": "{{ input.paid }}", "operator": "is_true"}]}},
            input=[{"id": 1, "paid": True}, {"id": 2, "paid": False}],
            output={
                "kept": [{"id": 1, "paid": True}],
                "discarded": [{"id": 2, "paid": False}],
            },
        ),
    )

    def run_batch(
        self, params: Sequence[Any], items: Sequence[Item]
    ) -> Sequence[Output | BaseException]:
        return [_judge(p, item) for p, item in zip(params, items, strict=True)]


def _judge(params: Filter.Params, item: Item) -> Output | BaseException:
    try:
        holds = params.conditions.judge()
    except NodeError as error:
        return error
    return Output.items((item,), port="kept" if holds else "discarded")
