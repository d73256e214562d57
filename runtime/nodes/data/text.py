"""A text made of data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from runtime.sdk import BatchNode, Example, Item, Kind, NodeParams, Output, field
from runtime.sdk.paths import FieldName, with_field
from runtime.sdk.texts import Text


class WriteText(BatchNode):
    """Write a text with data in it, one for each item."""

    type, version = "data.text", 1
    name, category, icon = "Write text", "Data", "text-caption"
    keywords = ("template", "compose", "letter", "message", "prompt", "string", "format")

    class Params(NodeParams):
        text: Text = field(
            Kind.MULTILINE,
            "",
            label="Text",
            help="Several lines are fine. Insert data where it belongs.",
            placeholder="Dear {{ input.name }},",
        )
        name: FieldName = field(
            Kind.TEXT,
            "text",
            label="Name of the field",
            help="The field the text is put into.",
            templates=False,
            min_length=1,
        )
        keep: Literal["all", "none"] = field(
            Kind.CHOICE,
            "all",
            label="Other fields",
            choices={"all": "Keep them", "none": "Leave them out"},
        )

    examples = (
        Example(
            "A greeting",
            {"text": "Dear {{ input.name }},\nthank you.", "name": "mail.body"},
            input=[{"name": "Ada"}],
            output={"out": [{"name": "Ada", "mail": {"body": "Dear Ada,\nthank you."}}]},
        ),
        Example(
            "Nothing but the text",
            {"text": "{{ input.n }}", "keep": "none"},
            input=[{"n": 7}],
            output={"out": [{"text": "7"}]},
        ),
    )
    output_sample = {"text": "Dear Ada, thank you."}

    def run_batch(
        self, params: Sequence[Any], items: Sequence[Item]
    ) -> Sequence[Output | BaseException]:
        return [
            Output.items((with_field(_base(p, item), p.name, p.text),))
            for p, item in zip(params, items, strict=True)
        ]


def _base(params: WriteText.Params, item: Item) -> Item:
    return item if params.keep == "all" else Item({}, item.files)
