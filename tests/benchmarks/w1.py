"""W1: a webhook, three steps with templates, an answer; every run and step saved."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.benchmarks.figures import Figure
from tests.benchmarks.floors import make_tables, one_commit
from tests.benchmarks.surroundings import Segue

DRAINED = 5_000  # runs
SECONDS, FLOOR_SECONDS, ALONE_SECONDS, ACCEPT_SECONDS = 8.0, 4.0, 2.0, 2.5


def measure(segue: Segue) -> Iterator[Figure]:
    """Answered a second, one caller's wait, accepted a second, and the worker by itself."""
    commit = one_commit(segue.db)
    floor = _floor(segue)
    segue.load(segue.url("w1"), 4, 0.5)  # plans compiled, statements prepared
    answered = segue.load(segue.url("w1"), 16, SECONDS)
    _all_good(answered.refused, answered.last_body)
    yield Figure(
        "W1",
        "answered, 16 callers",
        answered.rate,
        "/s",
        floor,
        "bare ASGI function, one commit of a run and 5 rows a request",
        0.5 * floor,
        least=True,
    )
    alone = segue.load(segue.url("w1"), 1, ALONE_SECONDS)
    yield Figure(
        "W1",
        "one caller's wait, median",
        alone.p50,
        "s",
        commit,
        "one commit of a run and 5 rows",
        3 * commit + 0.005,
    )
    begun = time.perf_counter()
    accepted = segue.load(segue.url("w1-accept"), 32, ACCEPT_SECONDS)
    _all_good(accepted.refused, accepted.last_body)
    yield Figure("W1", "accepted, 32 callers", accepted.rate, "/s", bar=2000, least=True)
    segue.wait_over("w1-accept", every=0.05)
    done = accepted.answered / (time.perf_counter() - begun)
    yield Figure("W1", "of these finished, from the first", done, "/s")
    drained = segue.drain(DRAINED)
    yield Figure("W1", "drained by one worker alone", drained, "runs/s", bar=2500, least=True)
    yield Figure("W1", "steps in that", 5 * drained, "steps/s", bar=12_000, least=True)
    _all_good(segue.failed("w1") + segue.failed("w1-accept"), "runs failed")


def _floor(segue: Segue) -> float:
    make_tables(segue.db)
    with segue.floor_server() as url:
        segue.load(url, 16, 0.5)
        return segue.load(url, 16, FLOOR_SECONDS).rate


def _all_good(bad: int, said: str) -> None:
    if bad:
        raise RuntimeError(f"{bad} calls went wrong: {said}")
