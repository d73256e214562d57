"""How a text is cut, as people set it: shared by all steps that cut texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from runtime.knowledge.split import Splitting
from runtime.sdk import Kind, NodeParams, field
from runtime.sdk.node import Finding


class Cuts(NodeParams):
    """Settings of a step that cuts texts."""

    unit: Literal["characters", "tokens"] = field(
        Kind.CHOICE,
        "characters",
        label="Measured in",
        choices={"characters": "Characters", "tokens": "Tokens (about four characters)"},
        section="How it is cut",
        advanced=True,
    )
    size: int = field(
        Kind.INTEGER,
        1_000,
        label="Size of a passage, at most",
        section="How it is cut",
        advanced=True,
        ge=20,
        le=100_000,
    )
    overlap: int = field(
        Kind.INTEGER,
        100,
        label="How much of one stands in the next again",
        section="How it is cut",
        advanced=True,
        ge=0,
        le=50_000,
    )
    headings: bool = field(
        Kind.BOOLEAN,
        True,
        label="The text has headings and tables (Markdown)",
        help="It is then cut between its parts, each passage says what it stands under, and tables "
        "stay whole where they can.",
        section="How it is cut",
        advanced=True,
    )

    def how(self, wide: int = 0) -> Splitting:
        """As the cutting takes it."""
        overlap = min(self.overlap, self.size // 2)
        return Splitting(self.size, overlap, self.unit, self.headings, wide)

    @classmethod
    def findings(cls, params: Any) -> Sequence[Finding]:
        """What is wrong with it."""
        if params.overlap > params.size // 2:
            sentence = "More than half of each passage would stand in the next one again."
            return [("overlap", sentence, "Make it smaller than half of a passage.")]
        return ()
