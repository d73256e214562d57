"""Items become a table in a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from runtime.sdk import BatchNode, Example, Item, Json, Kind, Mode, NodeParams, Output, field
from runtime.sdk.paths import FieldName, put_field
from runtime.sdk.tables import columns_of, csv_lines

class CsvWrite(BatchNode):
    """Make one CSV text of all items, a row for each."""

    type, version = "data.csv_write", 1
    name, category, icon = "Items to CSV", "Data", "file-spreadsheet"
    keywords = ("table", "spreadsheet", "excel", "export", "rows", "report", "comma")
    mode = Mode.ALL

    class Params(NodeParams):
        columns: tuple[FieldName, ...] = field(
            Kind.LIST,
            (),
            label="Columns",
            help="Names of fields, such as customer.email. Without any, all fields become columns.",
            templates=False,
            max_length=1000,
        )
        separator: Literal["comma", "semicolon", "tab"] = field(
            Kind.CHOICE,
            "comma",
            label="Columns are parted by",
            choices={"comma": "Comma", "semicolon": "Semicolon", "tab": "Tab"},
        )
        header: bool = field(Kind.BOOLEAN, True, label="The first row holds the names")
        safe: bool = field(
            Kind.BOOLEAN,
            True,
            label="Safe to open as a spreadsheet",
            help="A text that begins like a formula gets a ' before it, so that it is shown and "
            "not worked out.",
            advanced=True,
        )
        name: FieldName = field(
            Kind.TEXT, "csv", label="Name of the result", templates=False, min_length=1
        )

    examples = (
        Example(
            "All fields",
            {},
            input=[{"name": "Ada", "age": 36}, {"name": "Bo, Jr.", "city": "Rome"}],
            output={"out": [{"csv": 'name,age,city\r\nAda,36,\r\n"Bo, Jr.",,Rome\r\n'}]},
        ),
        Example(
            "Columns of your choice",
            {"columns": ["who.name", "note"], "separator": "semicolon"},
            input=[{"who": {"name": "Ada"}, "note": "=1+1", "secret": 1}],
            output={"out": [{"csv": "who.name;note\r\nAda;'=1+1\r\n"}]},
        ),
    )

    def run_whole(self, params: Params, items: Sequence[Item]) -> Output:
        columns = list(params.columns) or columns_of(items)
        lines = csv_lines(
            items, columns, separator=params.separator, header=params.header, safe=params.safe
        )
        made: dict[str, Json] = {}
        put_field(made, params.name.split("."), "".join(lines))
        return Output.items([Item(made, origin=range(len(items)))])
