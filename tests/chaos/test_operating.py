"""What operators and people ask of running workers: who holds what, stop, deadline, waits."""

import json
import subprocess
import sys
import time
from uuid import UUID

from tests.support.stand import ROOT, Stand, chain, node


def status_of(stand: Stand, run: UUID) -> str:
    return str(stand.one("SELECT status FROM runtime_run WHERE id = %s", (stand.db.id(run),)))


def test_an_operator_sees_which_runs_a_worker_holds(stand: Stand) -> None:
    document = chain(node("start", "trigger.manual"), node("long", "test.pause", {"seconds": 8}))
    (run,) = stand.accept(document)
    stand.start_worker()
    stand.until(lambda: status_of(stand, run) == "running", 20, "the run did not start")
    said = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "runtime.worker.app:app", "inspect", "-j", "-t", "5",
         "segue_active_runs"],
        env=stand.env, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (answer,) = json.loads(said.stdout.strip().splitlines()[-1]).values()
    assert answer["active"] == [{"run": str(run), "steps": ["long"]}]


def test_a_running_run_stops_when_it_is_cancelled(stand: Stand) -> None:
    document = chain(
        node("start", "trigger.manual"),
        node("long", "test.pause", {"seconds": 60}),
        node("never", "test.pause"),
    )
    (run,) = stand.accept(document)
    stand.start_worker()
    stand.until(lambda: status_of(stand, run) == "running", 20, "the run did not start")
    with stand.db.transaction():
        stand.db.run("UPDATE runtime_run SET cancel_requested = %s", (True,))
    stand.wait_over(10)
    assert status_of(stand, run) == "cancelled"
    rows = stand.db.run("SELECT node, status FROM runtime_step")
    steps = {str(key): str(status) for key, status in rows}
    assert steps == {"start": "succeeded", "long": "cancelled"}


def test_a_run_ends_at_its_deadline_whether_it_runs_or_waits(stand: Stand) -> None:
    running = chain(
        node("start", "trigger.manual"),
        node("long", "test.pause", {"seconds": 60}),
        deadline_seconds=2,
    )
    waiting = chain(
        node("start", "trigger.manual"),
        node("wait", "flow.wait", {"seconds": 600}),
        deadline_seconds=6,
    )
    runs = [*stand.accept(running), *stand.accept(waiting)]
    stand.start_worker()
    stand.wait_over(25)
    assert [status_of(stand, run) for run in runs] == ["timed_out", "timed_out"]
    left = stand.one("SELECT count(*) FROM runtime_wait WHERE status <> 'closed'")
    assert left == 0


def test_a_wait_survives_the_death_of_everything(stand: Stand) -> None:
    document = chain(
        node("start", "trigger.manual"),
        node("wait", "flow.wait", {"seconds": 8}),
        node("after", "test.pause", {"seconds": 0.01}),
    )
    began = time.time()
    (run,) = stand.accept(document)
    worker = stand.start_worker(SEGUE_PARK_AFTER_SECONDS="2")
    stand.until(lambda: status_of(stand, run) == "waiting", 20, "the run did not park")
    owner = stand.one("SELECT owner_id FROM runtime_run")
    assert owner is None
    stand.kill(worker)
    stand.start_worker()
    stand.wait_over(60)
    assert status_of(stand, run) == "succeeded"
    assert time.time() - began >= 8
