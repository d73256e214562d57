"""Each thing once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from runtime.sdk import BatchNode, Example, Item, Json, Kind, Mode, NodeParams, Output, field
from runtime.sdk.ordering import identity
from runtime.sdk.paths import FieldName, field_of


class RemoveDuplicates(BatchNode):
    """Let only one of several equal items go on."""

    type, version = "data.remove_duplicates", 1
    name, category, icon = "Remove duplicates", "Data", "copy-minus"
    keywords = ("unique", "distinct", "double", "same", "once", "dedupe")
    mode = Mode.ALL
    passes = True

    class Params(NodeParams):
        by: Literal["item", "fields"] = field(
            Kind.CHOICE,
            "item",
            label="Items are the same if",
            choices={"item": "Everything in them is equal", "fields": "Some fields are equal"},
        )
        fields: tuple[FieldName, ...] = field(
            Kind.LIST,
            (),
            label="Fields",
            help="Their names; a dot leads inside: customer.email",
            show_if=("by", ["fields"]),
            templates=False,
            max_length=50,
        )
        keep: Literal["first", "last"] = field(
            Kind.CHOICE,
            "first",
            label="Of equal items, keep",
            choices={"first": "The first", "last": "The last"},
        )
        exact: bool = field(
            Kind.BOOLEAN,
            True,
            label="Capital letters and outer spaces make a difference",
            advanced=True,
        )

    examples = (
        Example(
            "The same customer only once",
            {"by": "fields", "fields": ["email"], "exact": False},
            input=[{"email": "a@x.org", "n": 1}, {"email": "A@x.org ", "n": 2}],
            output={"out": [{"email": "a@x.org", "n": 1}]},
        ),
        Example(
            "Keep the newest",
            {"by": "fields", "fields": ["id"], "keep": "last"},
            input=[{"id": 1, "state": "new"}, {"id": 2}, {"id": 1, "state": "paid"}],
            output={"out": [{"id": 2}, {"id": 1, "state": "paid"}]},
        ),
        Example(
            "Equal in everything",
            {},
            input=[{"a": 1, "b": 2}, {"b": 2, "a": 1.0}],
            output={"out": [{"a": 1, "b": 2}]},
        ),
    )

    @classmethod
    def check(cls, params: Params) -> Sequence[tuple[str, str, str]]:
        if params.by == "fields" and not params.fields:
            return [("fields", "No field is named to compare by.", "Add one.")]
        return ()

    def run_whole(self, params: Params, items: Sequence[Item]) -> Output:
        kept: dict[str, int] = {}
        for n, item in enumerate(items):
            same = identity(_compared(params, item.json), exact=params.exact)
            if params.keep == "last" or same not in kept:
                kept[same] = n
        order = sorted(kept.values())
        return Output.items([Item(items[n].json, items[n].files, (n,)) for n in order])


def _compared(params: RemoveDuplicates.Params, value: Json) -> Json:
    if params.by == "item" or not params.fields:
        return value
    return [field_of(value, name) for name in params.fields]
