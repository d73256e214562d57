"""What steps that go by meaning have in common: who measures, and how alike texts are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.providers.likeness import likeness
from runtime.providers.protocols import Usage
from runtime.sdk import Context, Kind, field


def meaning_field(section: str = "") -> Any:
    """Which model measures; a choice for those who have a reason."""
    return field(
        Kind.MODEL,
        None,
        label="Model for meaning",
        help="Without a choice, the one that comes with Segue: it costs nothing.",
        direction="meaning",
        section=section,
        advanced=True,
    )


async def alike(
    text: str, others: Sequence[str], profile: str | None, ctx: Context
) -> tuple[Sequence[float], Usage]:
    """How alike a text is to each of the others, from 0 to 1, and what it took; raises NodeError.

    All are taken as queries: they are of one kind, none of them answers another.
    """
    found = await ctx.models.embed([text, *others], ctx, kind="query", profile=profile)
    one, *rest = found.vectors
    return likeness(one, rest, found.model), Usage.of(found.usage)
