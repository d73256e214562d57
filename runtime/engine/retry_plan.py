"""What a retry rule means: when its tries come, and how it would have met failures of the past.

Pure, and over the very functions that decide in a run: a second formula would drift away.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from runtime.engine.retry import back_off, decide
from runtime.sdk.errors import NodeError
from runtime.sdk.policy import Retry


@dataclass(frozen=True, slots=True)
class Planned:
    """A try; seconds since the first one began. `certain` is false where the time may run out.

    Between `earliest` and `usual` lies what is left to chance; `latest` is where every try before
    it took as long as it may.
    """

    number: int
    earliest: float
    usual: float
    latest: float
    certain: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """All tries of one item that fails each time; `longest` is until the last one has ended."""

    tries: tuple[Planned, ...]
    longest: float


def timeline(retry: Retry, *, usual: float, longest_try: float) -> Timeline:
    """When each try begins; a try takes `usual` seconds, or `longest_try` at the worst."""
    tries = [Planned(1, 0.0, 0.0, 0.0, True)]
    quick = normal = slow = 0.0
    slow_goes_on = True
    longest = longest_try
    for failures in range(1, retry.attempts):
        low = back_off(retry, failures, lambda: 0.0)
        high = back_off(retry, failures, lambda: 1.0)
        budget = retry.budget_seconds if retry.budget_seconds is not None else float("inf")
        quick += usual + low
        if quick > budget:
            break
        normal = min(normal + usual + high, budget)
        slow_goes_on &= slow + longest_try + high <= budget
        slow = max(normal, min(slow + longest_try + high, budget))
        longest = slow + longest_try
        tries.append(Planned(failures + 1, quick, max(quick, normal), slow, slow_goes_on))
    return Timeline(tuple(tries), longest)


class Fate(StrEnum):
    """How a failure of the past would have ended under a rule."""

    SAVED = "saved"  # a later try of the same item did succeed, and the rule comes to it
    LIKELY = "likely"  # when the rule would have tried again, the step worked for others
    FAILED = "failed"  # it would not have been tried again, or only while nothing worked
    UNKNOWN = "unknown"  # it would have been tried again when the step was not used


@dataclass(frozen=True, slots=True)
class PastTry:
    """A recorded try: when it began and ended (seconds), and its error where it failed."""

    started: float
    ended: float
    error: NodeError | None


NEAR_SECONDS = 60.0  # how far away a try of another item may be to say whether the step worked


def fate(retry: Retry, tries: Sequence[PastTry], others: Sequence[PastTry]) -> tuple[Fate, int]:
    """What would have become of an item whose first try failed, and after how many tries.

    `tries` are the item's own, in order; `others` all tries of the step by the time they began.
    Pauses count at half their jitter, which is what they are on average.
    """
    now, error = tries[0].ended, tries[0].error
    blank = False
    for number in range(1, retry.attempts + 1):
        if error is None:
            return Fate.SAVED, number
        decision = decide(
            retry,
            number=number,
            error=error,
            spent_seconds=now - tries[0].started,
            random=lambda: 0.5,
        )
        if not decision.again:
            break
        if number < len(tries):
            now, error = tries[number].ended, tries[number].error
            if error is None:
                return Fate.SAVED, number + 1
            continue
        now += decision.delay
        near = _nearest(others, now)
        if near is None:
            blank = True
        elif near.error is None:
            return Fate.LIKELY, number + 1
    return (Fate.UNKNOWN if blank else Fate.FAILED), number


def _nearest(others: Sequence[PastTry], moment: float) -> PastTry | None:
    place = bisect_left(others, moment, key=lambda past: past.started)
    around = [others[i] for i in (place - 1, place) if 0 <= i < len(others)]
    near = [past for past in around if abs(past.started - moment) <= NEAR_SECONDS]
    return min(near, key=lambda past: abs(past.started - moment), default=None)
