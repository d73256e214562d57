"""A worker that lives but does nothing leaves, so that whoever looks after it starts it again."""

import time
from multiprocessing.context import ForkServerProcess

import pytest

from tests.store.engine_process import start_engine
from tests.support.stand import Stand, chain, node

QUICK = {"SEGUE_LEASE_SECONDS": "1.5"}
GIVEN_UP = 70


def leaves(worker: ForkServerProcess, seconds: float = 30) -> bool:
    worker.join(seconds)
    left = worker.exitcode
    worker.kill()
    worker.join()
    return left == GIVEN_UP


def test_a_worker_that_takes_none_of_the_runs_that_wait_leaves(stand: Stand) -> None:
    """Here it never looks for runs, and no hint comes."""
    worker = start_engine(stand, **QUICK, SEGUE_ENGINE_SWEEPS="0", SEGUE_WATCHDOG_SECONDS="1")
    stand.wait_for_workers(1)
    for _ in range(2):  # the first may still be seen by its very first look
        time.sleep(1.0)
        stand.accept(chain(node("start", "trigger.manual")))
    assert leaves(worker)


@pytest.mark.parametrize("stand", ["sqlite"], indirect=True)
def test_a_worker_with_nothing_to_take_stays(stand: Stand) -> None:
    worker = start_engine(stand, **QUICK, SEGUE_WATCHDOG_SECONDS="0.1")
    stand.wait_for_workers(1)
    stand.accept(chain(node("start", "trigger.manual"), node("p", "test.pause", {"seconds": 3})))
    stand.wait_over(20)
    assert worker.is_alive()
    worker.kill()
    worker.join()


@pytest.mark.parametrize("stand", ["sqlite"], indirect=True)
def test_a_worker_whose_loop_hangs_leaves(stand: Stand) -> None:
    stand.accept(chain(node("start", "trigger.manual"), node("block", "test.block")))
    assert leaves(start_engine(stand, **QUICK))


@pytest.mark.parametrize("stand", ["sqlite"], indirect=True)
def test_a_worker_whose_engine_ended_leaves(stand: Stand) -> None:
    """Celery alone would go on taking hints that nobody follows."""
    stand.accept(chain(node("start", "trigger.manual"), node("leave", "test.leave")))
    assert stand.start_worker().wait(30) == GIVEN_UP


@pytest.mark.parametrize("stand", ["sqlite"], indirect=True)
def test_a_run_that_cannot_even_begin_fails_in_words_and_harms_no_worker(stand: Stand) -> None:
    """Its steps hold what no server can read; those beside it go on."""
    odd = {"retry": {"attempts": "a few"}}
    (bad,) = stand.accept(chain(node("start", "trigger.manual"), node("x", "data.set", policy=odd)))
    stand.accept(chain(node("start", "trigger.manual"), node("end", "data.set")), 5)
    worker = start_engine(stand)
    try:
        stand.wait_over(20)
        assert worker.is_alive()
    finally:
        worker.kill()
        worker.join()
    assert stand.statuses() == {"succeeded": 5, "failed": 1}
    reason = stand.one("SELECT reason FROM runtime_run WHERE id = %s", (stand.db.id(bad),))
    assert "could not begin" in reason
