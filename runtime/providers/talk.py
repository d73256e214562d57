"""What steps that ask models have in common: how a question is put, and what several calls took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runtime.providers.protocols import Message, Usage

# Models read these characters as letters, while nobody sees them on a screen.
_INVISIBLE = dict.fromkeys(range(0xE0000, 0xE0080))


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
