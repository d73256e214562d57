"""One worker's clock is an hour ahead or behind: nobody is given up for it, no run ends early.

Row 16 of the fault matrix (docs/operators/faults.md); schedules: tests/store/test_schedules.py.
"""

import pytest

from tests.support.counter import counting_server
from tests.support.invariants import broken_invariants
from tests.support.stand import Stand, chain, node


@pytest.mark.parametrize("hours", [1, -1])
def test_a_worker_whose_clock_is_wrong_does_no_harm(stand: Stand, hours: int) -> None:
    with counting_server(delay=0.1) as server:
        # Longer than the clock is wrong: on SQLite there is no second clock to go by.
        document = chain(
            node("start", "trigger.manual"),
            node("call", "test.call", {"url": server.url}),
            node("wait", "flow.wait", {"seconds": 1}),
            node("again", "test.call", {"url": server.url}),
            deadline_seconds=4000 if stand.db.for_update == "" else 300,
        )
        right = stand.start_worker(SEGUE_PARK_AFTER_SECONDS="0.2")
        wrong = stand.start_worker_by_clock(hours * 3600, SEGUE_PARK_AFTER_SECONDS="0.2")
        stand.wait_for_workers(2)
        stand.accept(document, 100)
        stand.wait_over(40)
        took = {stand.db.uuid(row[0]) for row in stand.db.run("SELECT id FROM runtime_worker")}
        assert (right.poll(), wrong.poll()) == (None, None)
        assert len(took) == stand.alive_workers() == 2
        assert stand.statuses() == {"succeeded": 100}
        crashes = stand.one("SELECT count(*) FROM runtime_run WHERE crashes > 0 OR isolated")
        assert crashes == 0
        assert len(server.calls) == sum(server.calls.values()) == 200
        assert broken_invariants(stand, server) == []
