"""What answers of model services have in common: what they took, and that they may be none."""

from __future__ import annotations

from runtime.providers.protocols import CostlyError, Profile, Usage
from runtime.sdk import ErrorClass, HttpReply, NodeError
from runtime.sdk.statuses import said


def usage_of(profile: Profile, model: str, tokens_in: object, tokens_out: object) -> Usage:
    """What a call took, by the profile's prices; counts that are none count as nothing."""
    read, written = _count(tokens_in), _count(tokens_out)
    cost = (read * profile.price_in + written * profile.price_out) / 1_000_000
    name = profile.model or profile.name if profile.is_practice else model[:200]
    return Usage(name, read, written, round(cost, 9))


def unreadable(reply: HttpReply) -> NodeError:
    """The answer is not what the protocol says."""
    detail = said(reply)
    if detail:  # it is no answer but a refusal, and those cost nothing
        return CostlyError(f"The model's answer cannot be read: {detail}.", Usage(""))
    return NodeError("The model's answer cannot be read.", error_class=ErrorClass.BAD_ANSWER)


def nothing_said(usage: Usage) -> NodeError:
    """The answer is well formed and empty, and was paid for."""
    return CostlyError("The model answered nothing.", usage)


def _count(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
