"""Items in another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from runtime.sdk import BatchNode, Example, Item, Kind, Mode, NodeParams, Output, field
from runtime.sdk.ordering import is_nothing, rank, text_rank
from runtime.sdk.paths import FieldName, field_of


class SortKey(NodeParams):
    """What to sort by, and which way."""

    field_name: FieldName = field(
        Kind.TEXT,
        "",
        label="Field",
        help="Its name; a dot leads inside: customer.city. Empty means the whole item.",
        placeholder="total",
        templates=False,
    )
    direction: Literal["up", "down"] = field(
        Kind.CHOICE,
        "up",
        label="Order",
        choices={"up": "Smallest first", "down": "Largest first"},
    )


class Sort(BatchNode):
    """Put the items in order."""

    type, version = "data.sort", 1
    name, category, icon = "Sort", "Data", "arrows-sort"
    keywords = ("order", "rank", "ascending", "descending", "alphabetical", "top")
    summary = "{keys}"
    mode = Mode.ALL
    passes = True

    class Params(NodeParams):
        keys: tuple[SortKey, ...] = field(
            Kind.ROWS,
            (SortKey(),),
            label="Sort by",
            help="Where the first is the same for two items, the next one decides. Items without "
            "a value come last.",
            templates=False,
            min_length=1,
            max_length=20,
        )
        compare: Literal["natural", "text"] = field(
            Kind.CHOICE,
            "natural",
            label="Digits",
            help="As numbers, 9 comes before 10, also inside of texts.",
            choices={"natural": "Are numbers", "text": "Are letters like others"},
            advanced=True,
        )

    examples = (
        Example(
            "The largest order first",
            {"keys": [{"field_name": "total", "direction": "down"}]},
            input=[{"total": "9"}, {"total": None}, {"total": 10.5}],
            output={"out": [{"total": 10.5}, {"total": "9"}, {"total": None}]},
        ),
        Example(
            "By city, and by name inside of a city",
            {"keys": [{"field_name": "address.city"}, {"field_name": "name"}]},
            input=[
                {"name": "Bo", "address": {"city": "Rome"}},
                {"name": "Cy", "address": {"city": "Bonn"}},
                {"name": "Al", "address": {"city": "Rome"}},
            ],
            output={
                "out": [
                    {"name": "Cy", "address": {"city": "Bonn"}},
                    {"name": "Al", "address": {"city": "Rome"}},
                    {"name": "Bo", "address": {"city": "Rome"}},
                ]
            },
        ),
    )

    def run_whole(self, params: Params, items: Sequence[Item]) -> Output:
        order = list(range(len(items)))
        ranked = rank if params.compare == "natural" else text_rank
        for key in reversed(params.keys):  # a stable sort keeps what the later keys decided
            values = [field_of(item.json, key.field_name) for item in items]
            there = [n for n in order if not is_nothing(values[n])]
            ranks: dict[int, Any] = {n: ranked(values[n]) for n in there}
            there.sort(key=ranks.__getitem__, reverse=key.direction == "down")
            order = there + [n for n in order if is_nothing(values[n])]
        return Output.items([Item(items[n].json, items[n].files, (n,)) for n in order])
