"""A table in a text becomes items."""

from __future__ import annotations

import asyncio

from runtime.sdk import (
    Context,
    Example,
    Item,
    Kind,
    Node,
    NodeParams,
    Output,
    field,
)
from runtime.sdk.sizes import not_too_long
from runtime.sdk.tables import SEPARATOR_WORDS, CsvWay, Separator, csv_rows
from runtime.sdk.texts import Text

class CsvRead(Node):
    """Make one item of each row of a CSV text."""

    type, version = "data.csv_read", 1
    name, category, icon = "CSV to items", "Data", "file-type-csv"
    keywords = ("table", "spreadsheet", "excel", "import", "rows", "parse", "comma")

    class Params(NodeParams):
        text: Text = field(Kind.MULTILINE, "{{ input.body }}", label="CSV")
        separator: Separator = field(
            Kind.CHOICE,
            "auto",
            label="Columns are parted by",
            choices=SEPARATOR_WORDS,
        )
        header: bool = field(
            Kind.BOOLEAN,
            True,
            label="The first row holds the names",
            help="Otherwise the fields are called column_1, column_2 …",
        )
        numbers: bool = field(
            Kind.BOOLEAN,
            False,
            label="Read numbers as numbers",
            help="What begins with a zero, such as 01234, stays text.",
        )

    examples = (
        Example(
            "A list of customers",
            {"text": "{{ input.file }}", "numbers": True},
            input=[{"file": 'name;zip;age\n"Doe; Jo";01234;36\nAda;;\n'}],
            output={
                "out": [
                    {"name": "Doe; Jo", "zip": "01234", "age": 36},
                    {"name": "Ada", "zip": "", "age": ""},
                ]
            },
        ),
        Example(
            "Without names",
            {"text": "a,1\nb,2", "header": False},
            input=[{}],
            output={
                "out": [{"column_1": "a", "column_2": "1"}, {"column_1": "b", "column_2": "2"}]
            },
        ),
    )

    async def run(self, params: Params, ctx: Context) -> Output:
        not_too_long(params.text, "text")
        how = CsvWay(params.separator, header_row=int(params.header), numbers=params.numbers)
        # A large table takes a moment: the other flows of this worker do not wait for it.
        return Output.items(await asyncio.to_thread(_read, params.text, how))


def _read(text: str, how: CsvWay) -> list[Item]:
    return [Item(row) for row in csv_rows(text, how)]
