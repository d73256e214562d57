"""What steps that ask models have in common: how a question is put, and what several calls took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runtime.providers.protocols import Message, Usage
from runtime.providers.repair import corrected
from runtime.providers.schema import NotFittingError, fitting
from runtime.sdk import Kind, NodeParams, field

__all__ = ["Asking", "NotFittingError", "altogether", "corrected", "fitting", "question"]

# Models read these characters as letters, while nobody sees them on a screen.
_INVISIBLE = dict.fromkeys(range(0xE0000, 0xE0080))


class Asking(NodeParams):
    """Settings that a step which asks a model for something of its own need not put first."""

    model: str | None = field(
        Kind.MODEL,
        None,
        label="Model",
        help="Without a choice, the workspace's first model is asked.",
        advanced=True,
    )
    keep_for: float = field(
        Kind.DURATION,
        0,
        label="Keep answers for",
        help="The same question within this time gets the same answer again, at no cost. "
        "0: always ask.",
        advanced=True,
        ge=0,
        le=30 * 86_400,
        templates=False,
    )


def question(prompt: str, system: str = "") -> Sequence[Message]:
    """The turns of a single question, without what a person could not see in it."""
    turns = [Message("user", prompt.translate(_INVISIBLE))]
    if system.strip():
        turns.insert(0, Message("system", system.translate(_INVISIBLE)))
    return turns


def altogether(usages: Iterable[Usage]) -> Usage:
    """What several calls took; the time is that of the slowest, for they ran side by side."""
    all_of_them = list(usages)
    costs = [usage.cost for usage in all_of_them if usage.cost is not None]
    return Usage(
        model=", ".join(dict.fromkeys(usage.model for usage in all_of_them)),
        tokens_in=sum(usage.tokens_in for usage in all_of_them),
        tokens_out=sum(usage.tokens_out for usage in all_of_them),
        cost=round(sum(costs), 9) if costs else None,
        cached=bool(all_of_them) and all(usage.cached for usage in all_of_them),
        milliseconds=max((usage.milliseconds for usage in all_of_them), default=0),
    )
