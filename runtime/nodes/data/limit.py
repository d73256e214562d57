"""Not more than so many items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from runtime.sdk import BatchNode, Example, Item, Kind, Mode, NodeParams, Output, field


class Limit(BatchNode):
    """Let only so many items go on."""

    type, version = "data.limit", 1
    name, category, icon = "Limit", "Data", "list-numbers"
    keywords = ("first", "last", "top", "take", "skip", "slice", "page")
    summary = "{keep} {count}"
    mode = Mode.ALL
    passes = True

    class Params(NodeParams):
        keep: Literal["first", "last"] = field(
            Kind.CHOICE, "first", label="Keep", choices={"first": "The first", "last": "The last"}
        )
        count: int = field(Kind.INTEGER, 10, label="How many", ge=0)
        skip: int = field(
            Kind.INTEGER,
            0,
            label="Leave out before",
            help="So many are left out at the beginning (at the end, if you keep the last).",
            ge=0,
            advanced=True,
        )

    examples = (
        Example(
            "The first two",
            {"count": 2},
            input=[{"n": 1}, {"n": 2}, {"n": 3}],
            output={"out": [{"n": 1}, {"n": 2}]},
        ),
        Example(
            "The last two but one",
            {"keep": "last", "count": 2, "skip": 1},
            input=[{"n": 1}, {"n": 2}, {"n": 3}, {"n": 4}],
            output={"out": [{"n": 2}, {"n": 3}]},
        ),
    )

    def run_whole(self, params: Params, items: Sequence[Item]) -> Output:
        if params.keep == "first":
            start, end = params.skip, params.skip + params.count
        else:
            end = max(0, len(items) - params.skip)
            start = max(0, end - params.count)
        kept = range(len(items))[start:end]
        return Output.items([Item(items[n].json, items[n].files, (n,)) for n in kept])
