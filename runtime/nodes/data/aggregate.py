"""All items into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from runtime.sdk import BatchNode, Example, Item, Json, Kind, Mode, NodeParams, Output, field
from runtime.sdk.ordering import is_nothing
from runtime.sdk.paths import FieldName, field_of, put_field


class Aggregate(BatchNode):
    """Put all items into one list, as one item."""

    type, version = "data.aggregate", 1
    name, category, icon = "Collect into a list", "Data", "stack"
    keywords = ("aggregate", "combine", "array", "group", "gather", "all items", "together")
    mode = Mode.ALL

    class Params(NodeParams):
        what: Literal["items", "field"] = field(
            Kind.CHOICE,
            "items",
            label="Collect",
            choices={"items": "Whole items", "field": "One field of each"},
        )
        field_name: FieldName = field(
            Kind.TEXT,
            "",
            label="Field",
            help="Its name; a dot leads inside: customer.email",
            placeholder="email",
            show_if=("what", ["field"]),
            templates=False,
        )
        skip_empty: bool = field(
            Kind.BOOLEAN,
            False,
            label="Leave out what is empty",
            show_if=("what", ["field"]),
        )
        name: FieldName = field(
            Kind.TEXT, "items", label="Name of the list", templates=False, min_length=1
        )

    examples = (
        Example(
            "Whole items",
            {},
            input=[{"n": 1}, {"n": 2}],
            output={"out": [{"items": [{"n": 1}, {"n": 2}]}]},
        ),
        Example(
            "All addresses",
            {"what": "field", "field_name": "email", "name": "emails", "skip_empty": True},
            input=[{"email": "a@x.org"}, {}, {"email": "b@x.org"}],
            output={"out": [{"emails": ["a@x.org", "b@x.org"]}]},
        ),
        Example("Nothing came", {}, input=[], output={"out": [{"items": []}]}),
    )

    @classmethod
    def check(cls, params: Params) -> Sequence[tuple[str, str, str]]:
        if params.what == "field" and not params.field_name:
            return [("field_name", "No field is named.", "Write the name of the field.")]
        return ()

    def run_whole(self, params: Params, items: Sequence[Item]) -> Output:
        values = [item.json for item in items]
        if params.what == "field":
            values = [field_of(value, params.field_name) for value in values]
            if params.skip_empty:
                values = [value for value in values if not is_nothing(value)]
        made: dict[str, Json] = {}
        put_field(made, params.name.split("."), values)
        files = [file for item in items for file in item.files]
        return Output.items([Item(made, files, range(len(items)))])
