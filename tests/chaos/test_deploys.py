"""Workers are replaced while calls come in: nothing is lost, nothing fails, nobody waits long.

Rows 4 and 5 of the fault matrix (docs/operators/faults.md).
"""

import math
import signal
import time
from collections.abc import Sequence
from uuid import UUID

import pytest

from runtime.graph.document import Document
from tests.store.engine_process import start_engine
from tests.support.callers import Promises, calling
from tests.support.counter import counting_server
from tests.support.invariants import broken_invariants
from tests.support.stand import Stand, chain, node


def p99(seconds: Sequence[float]) -> float:
    return sorted(seconds)[math.ceil(len(seconds) * 0.99) - 1]


def flow(url: str) -> Document:
    return chain(
        node("hook", "trigger.webhook", {"path": "event"}),
        node("pause", "test.pause", {"seconds": 0.1}),
        node("call", "test.call", {"url": url}),
        node("again", "test.pause", {"seconds": 0.1}),
        node("end", "data.set"),
    )


def more(stand: Stand, promises: Promises, count: int) -> None:
    """Until so many more calls were answered."""
    seen = len(promises.accepted)
    stand.until(lambda: len(promises.accepted) >= seen + count, 60, "no call was answered")


def test_workers_are_replaced_under_load_and_no_caller_notices(
    stand: Stand, request: pytest.FixtureRequest
) -> None:
    rounds = 10 if int(request.config.getoption("--times")) > 1 else 1
    with counting_server(delay=0.05) as server:
        stand.route("event", flow(server.url), answer="when_finished")
        address = f"{stand.start_web()}/hooks/event"
        old = stand.start_worker()
        stand.wait_for_workers(1)
        with calling(address, callers=8) as promises:
            more(stand, promises, 60)
            calm = promises.seconds[20:]
            before = len(promises.seconds)
            for _ in range(rounds):
                new = stand.start_worker()
                stand.wait_for_workers(2)
                more(stand, promises, 20)
                began = time.monotonic()
                old.send_signal(signal.SIGTERM)
                assert old.wait(40) == 0
                print(f"stopped after {time.monotonic() - began:.2f} s")
                old = new
            more(stand, promises, 20)
        stand.wait_over(30)
        rolling = promises.seconds[before:]
        assert broken_invariants(stand, server, promises) == []
        assert stand.statuses() == {"succeeded": len(promises.accepted)}
        assert (promises.refused, promises.unanswered) == ([], 0)
        assert stand.one("SELECT count(*) FROM runtime_run WHERE crashes > 0 OR isolated") == 0
        assert sum(server.calls.values()) == len(promises.accepted)
    print(
        f"p99 in peace {p99(calm):.3f} s, while workers are replaced {p99(rolling):.3f} s, "
        f"slowest {max(rolling):.3f} s of {len(rolling)}"
    )
    assert max(rolling) < 10


def test_a_step_that_outlasts_the_grace_is_handed_on_and_marked(stand: Stand) -> None:
    """Runs of quick steps do not wait for it: they are handed on at once."""
    with counting_server(delay=15.0) as server:
        slow = chain(
            node("start", "trigger.manual"), node("call", "test.call", {"url": server.url})
        )
        quick = chain(
            node("start", "trigger.manual"),
            *[node(f"p{i}", "test.pause", {"seconds": 0.2}) for i in range(6)],
        )
        first = start_engine(stand, SEGUE_DRAIN_SECONDS="2")
        stand.wait_for_workers(1)
        stand.accept(slow, 5)
        stand.until(lambda: len(server.calls) == 5, 20, "no call came")
        server.delay = 0.0
        quickly = stand.accept(quick, 10)
        begun = "SELECT count(DISTINCT run_id) FROM runtime_attempt WHERE node = 'p0'"
        stand.until(lambda: stand.one(begun) == 10, 20, "the quick ones did not begin")
        second = start_engine(stand)
        try:
            stand.wait_for_workers(2)
            first.terminate()
            stand.until(lambda: not running(stand, quickly), 20, "the quick ones did not end")
            assert first.is_alive()  # it still gives the slow ones their time
            first.join(20)
            assert first.exitcode == 0
            stand.wait_over(20)
        finally:
            for worker in (first, second):
                worker.kill()
                worker.join()
        assert stand.statuses() == {"succeeded": 15}
        tries = stand.db.run("SELECT number, status FROM runtime_attempt WHERE node = 'call'")
        assert sorted((int(n), str(status)) for n, status in tries) == (
            [(1, "lost")] * 5 + [(2, "succeeded")] * 5
        )
        assert stand.one("SELECT count(*) FROM runtime_run WHERE crashes > 0 OR isolated") == 0
        assert broken_invariants(stand, server) == []


def running(stand: Stand, runs: Sequence[UUID]) -> bool:
    match, values = stand.db.ids(list(runs))
    over = "status NOT IN ('queued', 'running')"
    count = stand.one(f"SELECT count(*) FROM runtime_run WHERE id {match} AND {over}", values)  # noqa: S608
    return int(count) < len(runs)
