"""How a text is cut, as people set it: settings that several steps share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from runtime.knowledge.split import Splitting
from runtime.sdk import Kind, field
from runtime.sdk.node import Finding

Unit = Literal["characters", "tokens"]


class Cuts(Protocol):
    """Settings of a step that cuts texts."""

    @property
    def unit(self) -> Unit: ...
    @property
    def size(self) -> int: ...
    @property
    def overlap(self) -> int: ...
    @property
    def headings(self) -> bool: ...


def size_field(**more: Any) -> Any:
    """How large passages are."""
    return field(
        Kind.INTEGER,
        1_000,
        label="Size of a passage, at most",
        help="A step “Split a text” shows on your own text where the cuts are.",
        ge=20,
        le=100_000,
        **more,
    )


def overlap_field(**more: Any) -> Any:
    """How much is said twice."""
    return field(
        Kind.INTEGER,
        100,
        label="How much of one stands in the next again",
        help="So that what lies across a cut is whole in one of them.",
        ge=0,
        le=50_000,
        **more,
    )


def unit_field(section: str = "") -> Any:
    """What sizes are measured in."""
    return field(
        Kind.CHOICE,
        "characters",
        label="Measured in",
        choices={"characters": "Characters", "tokens": "Tokens (about four characters)"},
        section=section,
        advanced=True,
    )


def headings_field(section: str = "") -> Any:
    """Whether the text says by signs what its parts are."""
    return field(
        Kind.BOOLEAN,
        True,
        label="The text has headings and tables (Markdown)",
        help="It is then cut between its parts, each passage says what it stands under, and tables "
        "stay whole where they can.",
        section=section,
        advanced=True,
    )


def splitting(cuts: Cuts, wide: int = 0) -> Splitting:
    """As the cutting takes it."""
    overlap = min(cuts.overlap, cuts.size // 2)
    return Splitting(cuts.size, overlap, cuts.unit, cuts.headings, wide)


def wrong_cuts(cuts: Cuts) -> Sequence[Finding]:
    """What is wrong with the settings."""
    if cuts.overlap <= cuts.size // 2:
        return ()
    sentence = "More than half of each passage would stand in the next one again."
    return [("overlap", sentence, "Make it smaller than half of a passage.")]
