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
