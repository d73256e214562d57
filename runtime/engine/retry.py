"""Whether and when to try again. A decision is a value, so that its tests are one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runtime.sdk.errors import ErrorClass, NodeError
from runtime.sdk.policy import Backoff, Jitter, Retry

LONGEST_RETRY_AFTER = 3600.0  # seconds; what a server may ask for at most


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """`delay` is in seconds; `why` is what the person reads beside the attempt."""

    again: bool
    delay: float
    why: str


@dataclass(frozen=True, slots=True)
class Again:
    """Another try is due after so many seconds."""

    delay: float


def back_off(retry: Retry, failures: int, random: Callable[[], float]) -> float:
    """Seconds before the try that follows `failures` failed ones.

    constant: d. exponential: d · 2^(failures-1). random: evenly between d and the maximum.
    All are capped by the maximum. Full jitter then draws evenly from 0 to that value (Brooker,
    "Exponential Backoff And Jitter"), so that many clients do not come back together.
    """
    base, longest = retry.delay_seconds, retry.max_delay_seconds
    if retry.backoff is Backoff.RANDOM:
        return min(longest, base + random() * max(0.0, longest - base))
    delay = base
    if retry.backoff is Backoff.EXPONENTIAL:
        delay = base * 2.0 ** min(failures - 1, 60)
    delay = min(delay, longest)
    return delay * random() if retry.jitter is Jitter.FULL else delay


def decide(
    retry: Retry,
    *,
    number: int,
    error: NodeError,
    spent_seconds: float,
    random: Callable[[], float],
) -> RetryDecision:
    """What follows the failed try `number`; `spent_seconds` is the time since the first began."""
    cause = describe(error)
    if number >= retry.attempts:
        if retry.attempts == 1:
            return RetryDecision(False, 0, f"Not tried again: {cause}.")
        return RetryDecision(False, 0, f"That was the last of {retry.attempts} tries: {cause}.")
    if error.retryable is False:
        return RetryDecision(False, 0, f"Not tried again, it would fail the same way: {cause}.")
    if error.retryable is None and error.error_class not in retry.on:
        return RetryDecision(False, 0, f"Not tried again: {cause} is not among the reasons chosen.")
    delay = back_off(retry, number, random)
    why = f"Tries again in {_seconds(delay)}: {cause}."
    if retry.respect_retry_after and error.retry_after is not None:
        asked = min(max(error.retry_after, 0.0), LONGEST_RETRY_AFTER)
        if asked > delay:
            delay = asked
            why = f"Tries again in {_seconds(delay)}, as the other side asked: {cause}."
    if retry.budget_seconds is not None and spent_seconds + delay > retry.budget_seconds:
        limit = _seconds(retry.budget_seconds)
        return RetryDecision(
            False, 0, f"Not tried again, it would take more than {limit}: {cause}."
        )
    return RetryDecision(True, delay, why)


def describe(error: NodeError) -> str:
    """The cause in two or three words."""
    if error.status is not None:
        return f"status {error.status}"
    return {
        ErrorClass.NETWORK: "no connection",
        ErrorClass.TIMEOUT: "it took too long",
        ErrorClass.LOST: "the worker stopped in the middle",
        ErrorClass.BAD_ANSWER: "the answer could not be used",
        ErrorClass.INPUT: "the data or a setting is not right",
        ErrorClass.CODE: "the code failed",
    }.get(error.error_class, "it failed")


def _seconds(value: float) -> str:
    if value < 10:
        return f"{value:.1f} s"
    if value < 120:
        return f"{value:.0f} s"
    return f"{value / 60:.0f} min" if value < 7200 else f"{value / 3600:.1f} h"
