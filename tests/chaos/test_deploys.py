"""Workers are replaced while calls come in: nothing is lost, nothing fails, nobody waits long.

Rows 4 and 5 of the fault matrix (docs/operators/faults.md).
"""

import math
import signal
import time
from collections.abc import Sequence

import pytest

from runtime.graph.document import Document
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
    rounds = 10 if int(request.config.getoption("--times")) > 1 else 2
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
