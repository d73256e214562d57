"""A worker is frozen for longer than its lease, then wakes with results that nobody waits for.

Row 12 of the fault matrix (docs/operators/faults.md). Its steps outlast its lease: with quick
ones nothing is left to be refused, and a worker without the fence would pass as well.
"""

import os
import signal
from random import Random

from tests.store.engine_process import start_engine
from tests.support.accepted import accepted_twice, count_accepted
from tests.support.counter import CountingServer, counting_server
from tests.support.invariants import broken_invariants
from tests.support.stand import Stand, chain, node

RUNS = 10
# So that its heartbeat comes late, and nothing but the fence can refuse what it writes.
SLOW = {"SEGUE_LEASE_SECONDS": "60"}


def freeze_and_wake(stand: Stand, server: CountingServer, **switches: str) -> int | None:
    """One worker freezes with results under way; another does its work; it wakes, and ends."""
    document = chain(
        node("start", "trigger.manual"),
        node("call", "test.call", {"url": server.url}),
        node("end", "data.set"),
    )
    stand.accept(document, RUNS)
    frozen = start_engine(stand, **SLOW, **switches)
    other = None
    try:
        stand.until(lambda: sum(server.calls.values()) >= RUNS, 30, "no call came")
        assert frozen.pid is not None
        os.kill(frozen.pid, signal.SIGSTOP)
        other = start_engine(stand)
        stand.wait_over(40)
        os.kill(frozen.pid, signal.SIGCONT)
        frozen.join(30)
        return frozen.exitcode
    finally:
        for process in (frozen, other):
            if process is not None:
                process.kill()
                process.join()


def test_what_a_frozen_worker_still_has_is_refused(stand: Stand) -> None:
    count_accepted(stand)
    with counting_server(delay=Random().uniform(0.8, 1.5)) as server:
        print(f"each call takes {server.delay:.2f} s")
        assert freeze_and_wake(stand, server) == 70
        assert accepted_twice(stand) == {}
        assert broken_invariants(stand, server) == []
        assert stand.statuses() == {"succeeded": RUNS}
        tries = stand.db.run("SELECT number, status FROM runtime_attempt ORDER BY 1")
        assert [str(status) for _, status in tries] == ["lost"] * RUNS + ["succeeded"] * RUNS


def test_without_the_fence_it_is_accepted_twice(stand: Stand) -> None:
    """The mutant: what is counted above is what the fence prevents."""
    count_accepted(stand)
    with counting_server(delay=1.0) as server:
        freeze_and_wake(stand, server, SEGUE_ENGINE_FENCE="0", SEGUE_ENGINE_EPOCHS="0")
    assert accepted_twice(stand) != {}
