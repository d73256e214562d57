"""Two ways on."""

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


class If(BatchNode):
    """Send each item one way or the other, depending on a condition."""

    type, version = "flow.if", 1
    name, category, icon = "If", "Flow", "arrows-split-2"
    keywords = ("condition", "branch", "filter", "decide", "else")
    outputs = (Port("true", "Yes"), Port("false", "No"))
    routes = True

    class Params(NodeParams):
        conditions: Conditions = field(
            Kind.CONDITIONS,
            default_factory=Conditions,
            label="Condition",
            help="Items for which it holds leave by Yes, the others by No.",
        )

    examples = (
        Example(
            "Orders above 100",
            {
                "conditions": {
                    "match": "all",
                    "rows": [{"left": "{{ input.total }}", "operator": "greater", "right": 100}],
                }
            },
            input=[{"total": 120}, {"total": 80}],
            output={"true": [{"total": 120}], "false": [{"total": 80}]},
        ),
    )

    def run_batch(
        self, params: Sequence[Any], items: Sequence[Item]
    ) -> Sequence[Output | BaseException]:
        return [_send(p, item) for p, item in zip(params, items, strict=True)]


def _send(params: If.Params, item: Item) -> Output | BaseException:
    try:
        holds = params.conditions.judge()
    except NodeError as error:
        return error
    return Output.items((item,), port="true" if holds else "false")
