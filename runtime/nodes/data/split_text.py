"""Cuts long texts into passages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.knowledge.cuts import Cuts
from runtime.knowledge.split import split, tokens_in
from runtime.sdk import BatchNode, Example, Item, Json, Kind, Output, field
from runtime.sdk.node import Finding
from runtime.sdk.texts import Text


class SplitText(BatchNode):
    """Cut a long text into passages, at its headings, paragraphs and sentences."""

    type, version = "data.split_text", 1
    name, category, icon = "Split a text", "Data", "cut"
    keywords = ("chunk", "chunks", "passages", "split", "sentences", "paragraphs", "tokens", "long")
    summary = "{text}"

    class Params(Cuts):
        text: Text = field(
            Kind.MULTILINE,
            label="Text",
            help="Each passage of it becomes an item.",
            placeholder="{{ input.text }}",
        )
        size: int = field(
            Kind.INTEGER,
            1_000,
            label="Size of a passage, at most",
            help="Press “Run this step” to see where the cuts are.",
            ge=20,
            le=100_000,
        )
        overlap: int = field(
            Kind.INTEGER,
            100,
            label="How much of one stands in the next again",
            help="So that what lies across a cut is whole in one of them.",
            ge=0,
            le=50_000,
        )

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
        return cls.Params.findings(params)


def _passages(params: SplitText.Params) -> Output:
    pieces = split(params.text, params.how())
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
