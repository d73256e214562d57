"""One worker's clock is an hour ahead, another's behind: nobody is given up, no run ends early.

Row 16 of the fault matrix (docs/operators/faults.md); schedules: tests/store/test_schedules.py.
"""

from tests.support.counter import counting_server
from tests.support.invariants import broken_invariants
from tests.support.stand import Stand, chain, node


def test_workers_whose_clocks_are_wrong_do_no_harm(stand: Stand) -> None:
    with counting_server(delay=0.1) as server:
        # Longer than the clock is wrong: on SQLite there is no second clock to go by.
        document = chain(
            node("start", "trigger.manual"),
            node("call", "test.call", {"url": server.url}),
            node("wait", "flow.wait", {"seconds": 1}),
            node("again", "test.call", {"url": server.url}),
            deadline_seconds=4000 if stand.db.for_update == "" else 300,
        )
        parks = {"SEGUE_PARK_AFTER_SECONDS": "0.2"}
        workers = [
            stand.start_worker(**parks),
            *(stand.start_worker_by_clock(hours * 3600, **parks) for hours in (1, -1)),
        ]
        stand.wait_for_workers(3)
        stand.accept(document, 100)
        stand.wait_over(40)
        assert [worker.poll() for worker in workers] == [None] * 3
        assert stand.alive_workers() == stand.one("SELECT count(*) FROM runtime_worker") == 3
        assert stand.statuses() == {"succeeded": 100}
        crashes = stand.one("SELECT count(*) FROM runtime_run WHERE crashes > 0 OR isolated")
        assert crashes == 0
        assert len(server.calls) == sum(server.calls.values()) == 200
        assert broken_invariants(stand, server) == []
