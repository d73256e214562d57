"""What a retry rule means in times, and what it would have saved."""

import pytest

from runtime.engine.retry_plan import Fate, PastTry, fate, timeline
from runtime.sdk.errors import ErrorClass, NodeError
from runtime.sdk.policy import Backoff, Jitter, Retry

DOWN = NodeError("No answer", error_class=ErrorClass.NETWORK)
WRONG = NodeError("Not right", error_class=ErrorClass.INPUT)


def rule(attempts: int = 3, **more: object) -> Retry:
    return Retry.model_validate({"attempts": attempts, "jitter": "none", **more})


@pytest.mark.parametrize(
    ("retry", "bands", "longest"),
    [
        (rule(1), [(0, 0, 0)], 2),
        (rule(3), [(0, 0, 0), (2, 2, 3), (5, 5, 7)], 9),
        (rule(3, backoff=Backoff.CONSTANT), [(0, 0, 0), (2, 2, 3), (4, 4, 6)], 8),
        (rule(3, jitter=Jitter.FULL), [(0, 0, 0), (1, 2, 3), (2, 5, 7)], 9),
        (rule(2, backoff=Backoff.RANDOM, max_delay_seconds=9), [(0, 0, 0), (2, 10, 11)], 13),
    ],
)
def test_each_try_has_an_earliest_a_usual_and_a_latest_moment(
    retry: Retry, bands: list[tuple[int, int, int]], longest: float
) -> None:
    times = timeline(retry, usual=1, longest_try=2)
    assert [(t.earliest, t.usual, t.latest) for t in times.tries] == bands
    assert times.longest == longest
    assert all(t.certain for t in times.tries)


def test_tries_beyond_the_time_budget_are_uncertain_or_do_not_come() -> None:
    times = timeline(rule(6, budget_seconds=5), usual=0, longest_try=2)
    assert [(t.number, t.certain) for t in times.tries] == [(1, True), (2, True), (3, False)]


def past(*tries: tuple[float, NodeError | None]) -> list[PastTry]:
    return [PastTry(at, at, error) for at, error in tries]


@pytest.mark.parametrize(
    ("retry", "own", "others", "expected"),
    [
        # What did happen counts first.
        (rule(3), [(0, DOWN), (1, DOWN), (3, None)], [], (Fate.SAVED, 3)),
        (rule(2), [(0, DOWN), (1, DOWN), (3, None)], [], (Fate.FAILED, 2)),
        (rule(1), [(0, DOWN), (1, None)], [], (Fate.FAILED, 1)),
        (rule(3), [(0, WRONG)], [(1, None)], (Fate.FAILED, 1)),
        # Where it went no further then, others say whether the step worked at that moment.
        (rule(2), [(0, DOWN)], [(2, None)], (Fate.LIKELY, 2)),
        (rule(2), [(0, DOWN)], [(2, DOWN)], (Fate.FAILED, 2)),
        (rule(2), [(0, DOWN)], [(500, None)], (Fate.UNKNOWN, 2)),
    ],
)
def test_past_failures_meet_the_rule(
    retry: Retry,
    own: list[tuple[float, NodeError | None]],
    others: list[tuple[float, NodeError | None]],
    expected: tuple[Fate, int],
) -> None:
    assert fate(retry, past(*own), past(*others)) == expected
