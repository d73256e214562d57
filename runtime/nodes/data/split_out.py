"""One item per entry of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.sdk import BatchNode, ErrorClass, Example, Item, Json, Kind, NodeError, NodeParams, Output, field


class SplitOut(BatchNode):
    """Make one item of each entry of a list."""

    type, version = "data.split_out", 1
    name, category, icon = "Split out", "Data", "list-details"
    keywords = ("list", "array", "explode", "each", "unwind")
    summary = "each entry of {list}"

    class Params(NodeParams):
        list: Json = field(
            Kind.TEXT,
            "{{ input }}",
            label="List",
            help="Insert the list whose entries should become items.",
            placeholder="{{ input.lines }}",
        )
        keep: bool = field(
            Kind.BOOLEAN,
            False,
            label="Keep the item's other fields",
            help="Each entry is put into the item under the name below.",
        )
        name: str = field(
            Kind.TEXT,
            "entry",
            label="Name for the entry",
            show_if=("keep", [True]),
            templates=False,
        )

    examples = (
        Example(
            "Order lines",
            {"list": "{{ input.lines }}"},
            input=[{"id": 1, "lines": [{"sku": "a"}, {"sku": "b"}]}],
            output={"out": [{"sku": "a"}, {"sku": "b"}]},
        ),
        Example(
            "Keep the order beside each line",
            {"list": "{{ input.lines }}", "keep": True, "name": "line"},
            input=[{"id": 1, "lines": ["a"]}],
            output={"out": [{"id": 1, "lines": ["a"], "line": "a"}]},
        ),
        Example("An empty list", {"list": "{{ input.x }}"}, input=[{"x": []}], output={"out": []}),
    )
    output_sample = {"sku": "A-1", "amount": 2}

    def run_batch(
        self, params: Sequence[Any], items: Sequence[Item]
    ) -> Sequence[Output | BaseException]:
        return [_split(p, item) for p, item in zip(params, items, strict=True)]


def _split(params: SplitOut.Params, item: Item) -> Output | BaseException:
    if not isinstance(params.list, list):
        return NodeError(
            "What was inserted is not a list.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Insert a field that holds a list.",
            field="list",
        )
    if not params.keep:
        return Output.items([Item(entry) for entry in params.list])
    base = item.json if isinstance(item.json, dict) else {"value": item.json}
    return Output.items([Item({**base, params.name: entry}, item.files) for entry in params.list])
