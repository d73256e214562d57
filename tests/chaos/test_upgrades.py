"""Segue is upgraded, or put back, while runs are under way.

Row 29 of the fault matrix (docs/operators/faults.md).
"""

from uuid import UUID

from tests.support.counter import counting_server
from tests.support.invariants import broken_invariants
from tests.support.stand import Stand, chain, node

BEFORE = "0004"  # the tables as they were some versions ago
QUICK_TO_PARK = {"SEGUE_PARK_AFTER_SECONDS": "0.2"}


def test_runs_under_way_survive_the_tables_of_an_older_version_and_of_the_newer(
    stand: Stand,
) -> None:
    """One that waits, one that a dead worker held, one in the queue: on the version they began."""
    with counting_server(delay=0.2) as server:
        call = node("call", "test.call", {"url": server.url})
        waits = chain(
            node("start", "trigger.manual"), call, node("wait", "flow.wait", {"seconds": 4}),
            node("end", "data.set"),
        )  # fmt: skip
        held = chain(node("start", "trigger.manual"), call, node("p", "test.pause", {"seconds": 2}))
        worker = stand.start_worker(**QUICK_TO_PARK)
        (waiting,), (running,) = stand.accept(waits), stand.accept(held)
        stand.until(lambda: status(stand, waiting) == "waiting", 30, "the run did not park")
        stand.until(lambda: status(stand, running) == "running", 30, "the other did not begin")
        stand.until(lambda: len(server.calls) == 2, 30, "it did not call")
        stand.kill(worker)
        (queued,) = stand.accept(waits)
        stand.django("migrate", "runtime", BEFORE, "--verbosity", "0")
        stand.django("migrate", "--verbosity", "0")
        stand.reconnect()
        stand.start_worker(**QUICK_TO_PARK)
        stand.wait_over(60)
        ends = {status(stand, run) for run in (waiting, running, queued)}
        assert ends == {"succeeded"}
        assert len(server.calls) == 3  # what was done before the upgrade is not done again
        assert broken_invariants(stand, server) == []


def test_a_run_whose_step_type_was_removed_fails_in_words(stand: Stand) -> None:
    """Never is it stuck, and the others go on."""
    gone = chain(
        node("start", "trigger.manual"), node("wait", "flow.wait", {"seconds": 1}),
        node("old", "test.pause"),
    )  # fmt: skip
    worker = stand.start_worker(**QUICK_TO_PARK)
    (run,) = stand.accept(gone)
    stand.until(lambda: status(stand, run) == "waiting", 30, "the run did not park")
    stand.kill(worker)
    stand.env.pop("SEGUE_EXTRA_NODES")  # the package that brought it is not installed any more
    (other,) = stand.accept(chain(node("start", "trigger.manual"), node("end", "data.set")))
    stand.start_worker(**QUICK_TO_PARK)
    stand.wait_over(30)
    assert (status(stand, run), status(stand, other)) == ("failed", "succeeded")
    reason = stand.one("SELECT reason FROM runtime_run WHERE id = %s", (stand.db.id(run),))
    assert "test.pause" in reason
    assert len(reason.split()) > 4
    assert broken_invariants(stand) == []


def status(stand: Stand, run: UUID) -> str:
    return str(stand.one("SELECT status FROM runtime_run WHERE id = %s", (stand.db.id(run),)))
