"""Questions and answers that show a model how it is meant: all of them, or those most alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.providers.alike import alike
from runtime.providers.protocols import Message
from runtime.sdk import Context, Kind, NodeParams, field
from runtime.sdk.texts import Text

MOST_SAMPLES = 200


class Sample(NodeParams):
    """A question, and the answer it should get."""

    asked: Text = field(Kind.MULTILINE, "", label="Asked", templates=False)
    answered: Text = field(Kind.MULTILINE, "", label="Answered", templates=False)


def samples_field() -> Any:
    """The list of them."""
    return field(
        Kind.ROWS,
        (),
        label="Examples",
        help="What was asked, and how it should be answered. A model does likewise.",
        advanced=True,
        templates=False,
        max_length=MOST_SAMPLES,
    )


def which_field() -> Any:
    """Whether all are told."""
    return field(
        Kind.CHOICE,
        "all",
        label="Which of them the model is told",
        choices={"all": "All of them", "alike": "Those most like the question"},
        advanced=True,
    )


def how_many_field() -> Any:
    """How many are chosen."""
    return field(
        Kind.INTEGER,
        3,
        label="So many",
        show_if=("which_samples", ["alike"]),
        advanced=True,
        ge=1,
        le=20,
    )


async def chosen(
    samples: Sequence[Sample], question: str, most: int | None, ctx: Context
) -> Sequence[Sample]:
    """All of them, or the `most` that are most like the question, the best one last.

    What stands nearest to the question weighs most with models.
    """
    filled = [one for one in samples if one.asked.strip() and one.answered.strip()]
    if most is None or len(filled) <= most:
        return filled
    scores, _ = await alike(question, [one.asked for one in filled], None, ctx)
    order = sorted(range(len(filled)), key=lambda number: -scores[number])[:most]
    ctx.log.info("The examples most like the question were chosen.", chosen=[n + 1 for n in order])
    return [filled[number] for number in reversed(order)]


def told_as(samples: Sequence[Sample]) -> list[Message]:
    """As turns of a talk that went well."""
    turns = ((Message("user", one.asked), Message("assistant", one.answered)) for one in samples)
    return [turn for pair in turns for turn in pair]
