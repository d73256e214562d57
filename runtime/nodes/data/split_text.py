"""Cuts long texts into passages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.knowledge.cuts import (
    Unit,
    headings_field,
    overlap_field,
    size_field,
    splitting,
    unit_field,
    wrong_cuts,
)
from runtime.knowledge.split import split, tokens_in
from runtime.sdk import BatchNode, Example, Item, Json, Kind, NodeParams, Output, field
from runtime.sdk.node import Finding
from runtime.sdk.texts import Text


class SplitText(BatchNode):
    """Cut a long text into passages, at its headings, paragraphs and sentences."""

    type, version = "data.split_text", 1
    name, category, icon = "Split a text", "Data", "cut"
    keywords = ("chunk", "chunks", "passages", "split", "sentences", "paragraphs", "tokens", "long")
    summary = "{text}"

    class Params(NodeParams):
        text: Text = field(
            Kind.MULTILINE,
            label="Text",
            help="Each passage of it becomes an item.",
            placeholder="{{ input.text }}",
        )
        size: int = size_field()
        overlap: int = overlap_field()
        unit: Unit = unit_field()
        headings: bool = headings_field()

    examples = (
        Example(
            "By paragraphs",
            {"text": "{{ input.text }}", "size": 30, "overlap": 0},
            input=[{"text": "# Returns\n\nWithin 30 days.\n\nWith the bill."}],
            output={
                "out": [
                    {
                        "text": "# Returns\n\nWithin 30 days.",
                        "heading": "Returns",
                        "number": 1,
                        "of": 2,
                        "start": 0,
                        "end": 26,
                        "tokens": 7,
                    },
                    {
                        "text": "With the bill.",
                        "heading": "Returns",
                        "number": 2,
                        "of": 2,
                        "start": 28,
                        "end": 42,
                        "tokens": 4,
                    },
                ]
            },
        ),
    )
    output_sample = {
        "text": "You can send it back within 30 days.",
        "heading": "Returns",
        "number": 1,
        "of": 12,
        "start": 0,
        "end": 36,
        "tokens": 9,
    }

    def run_batch(
        self, params: Sequence[Any], items: Sequence[Item]
    ) -> Sequence[Output | BaseException]:
        return [_passages(one) for one in params]

    @classmethod
    def check(cls, params: Any) -> Sequence[Finding]:
        return wrong_cuts(params)


def _passages(params: SplitText.Params) -> Output:
    pieces = split(params.text, splitting(params))
    made: list[Json] = [
        {
            "text": piece.text,
            "heading": piece.heading,
            "number": number,
            "of": len(pieces),
            "start": piece.start,
            "end": piece.end,
            "tokens": tokens_in(piece.text),
        }
        for number, piece in enumerate(pieces, 1)
    ]
    return Output.items([Item(one) for one in made])
