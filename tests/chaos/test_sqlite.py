"""The disk of a SQLite install is full, or a writer stands still: nothing is lost or broken.

Rows 18 to 20 of the fault matrix (docs/operators/faults.md).
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from runtime.graph.document import Document
from runtime.store.connect import connect
from tests.support.callers import calling
from tests.support.disk import small_disk
from tests.support.invariants import broken_invariants
from tests.support.stand import ROOT, Stand, chain, node, threads_of

KEEP_FREE = "SEGUE_KEEP_FREE_MB"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", megabytes=24) as folder:
        yield folder


@pytest.fixture
def stand(disk: Path, redis_url: str) -> Iterator[Stand]:
    made = Stand(disk / "data", None, redis_url)
    try:
        yield made
    finally:
        made.close()


def flow(*steps: dict[str, object]) -> Document:
    return chain(
        node("hook", "trigger.webhook", {"path": "event"}),
        node("pause", "test.pause", {"seconds": 0.05}),
        *steps,
        node("end", "data.set"),
    )


def test_a_disk_that_runs_full_refuses_calls_and_recovers_by_itself(
    stand: Stand, disk: Path
) -> None:
    """What was accepted still ends: calls are refused while there is room left for that."""
    stand.env[KEEP_FREE] = "4"
    stand.route("event", flow())
    base = stand.start_web()
    worker = stand.start_worker()
    stand.wait_for_workers(1)
    reserve = Path(f"{stand.settings['NAME']}.reserve")
    stand.until(reserve.exists, 10, "nothing was laid by")
    with calling(f"{base}/hooks/event", callers=2) as promises:
        stand.until(lambda: len(promises.accepted) > 20, 30, "no call kept")
        fill(disk, leaving=2_000_000)
        stand.until(lambda: len(promises.refused) > 20, 30, "nobody was refused")
        ready = httpx.get(f"{base}/ready", timeout=20)
        assert ready.status_code == 503
        assert "disk is almost full" in ready.json()["parts"]["database"]["message"]
        stand.wait_over(30)
        empty(disk)
        seen = len(promises.accepted)
        stand.until(lambda: len(promises.accepted) > seen + 20, 30, "no call kept afterwards")
    stand.wait_over(30)
    assert set(promises.refused) == {503}
    assert promises.unanswered == 0
    assert worker.poll() is None
    assert sound(stand)
    assert broken_invariants(stand, promises=promises) == []


def test_a_disk_that_is_full_to_the_last_byte_costs_nothing_but_time(
    stand: Stand, disk: Path
) -> None:
    """Others filled it: first what was laid by is given up, then all wait for room."""
    stand.env[KEEP_FREE] = "4"
    stand.route("event", flow(node("large", "test.huge", {"megabytes": 0.05})))
    base = stand.start_web()
    worker = stand.start_worker()
    stand.wait_for_workers(1)
    reserve = Path(f"{stand.settings['NAME']}.reserve")
    stand.until(reserve.exists, 10, "nothing was laid by")
    with calling(f"{base}/hooks/event", callers=4) as promises:
        stand.until(lambda: len(promises.accepted) > 8, 30, "no call kept")
        fill(disk, leaving=0)
        stand.until(lambda: len(promises.refused) > 8, 30, "nobody was refused")
        stand.until(lambda: not reserve.exists(), 30, "the reserve was not given up")
        fill(disk, leaving=0)
        late = stand.start_worker()
        said = httpx.get(f"{base}/ready", timeout=20)
        assert said.status_code == 503
        # It looks for a database, and cannot even write that it found none.
        stand.until(lambda: threads_of(late.pid) > 1 or late.poll() is not None, 30, "no start")
        empty(disk)
        seen = len(promises.accepted)
        stand.until(lambda: len(promises.accepted) > seen, 30, "no call kept afterwards")
    stand.wait_over(60)
    assert set(promises.refused) == {503}
    stand.wait_for_workers(2)
    assert [process.poll() for process in (worker, late, stand.webs[0])] == [None] * 3
    assert sound(stand)
    assert broken_invariants(stand, promises=promises) == []


def fill(disk: Path, leaving: int) -> None:
    """Somebody else's files take the room."""
    with (disk / f"others-{os.urandom(4).hex()}").open("wb") as file, suppress(OSError):
        while (free := shutil.disk_usage(disk).free) > leaving:
            file.write(b"x" * min(65_536, free - leaving))
            file.flush()


def empty(disk: Path) -> None:
    """They tidied up."""
    for file in disk.glob("others-*"):
        file.unlink()


def sound(stand: Stand) -> bool:
    with sqlite3.connect(stand.settings["NAME"]) as db:
        return [row[0] for row in db.execute("PRAGMA integrity_check")] == ["ok"]


HOLDS = """
import json, os, signal, sys
from runtime.store.connect import connect
db = connect(json.loads(sys.argv[1]))
with db.transaction():
    db.run("UPDATE runtime_run SET seq = seq WHERE id IN (SELECT id FROM runtime_run LIMIT 1)")
    os.kill(os.getpid(), signal.SIGSTOP)
"""


def test_a_writer_that_stands_still_holds_callers_up_for_seconds_only(stand: Stand) -> None:
    stand.route("event", flow())
    base = stand.start_web()
    worker = stand.start_worker()
    stand.wait_for_workers(1)
    with calling(f"{base}/hooks/event", callers=4) as promises:
        stand.until(lambda: len(promises.accepted) > 8, 30, "no call kept")
        settings = json.dumps(dict(stand.settings))
        writer = subprocess.Popen([sys.executable, "-c", HOLDS, settings], env=stand.env, cwd=ROOT)
        try:
            stand.until(lambda: len(promises.refused) >= 4, 30, "nobody was refused")
        finally:
            writer.send_signal(signal.SIGCONT)
        assert writer.wait(10) == 0
        seen = len(promises.accepted)
        stand.until(lambda: len(promises.accepted) > seen + 8, 30, "no call kept afterwards")
    stand.wait_over(60)
    assert set(promises.refused) == {503}
    assert promises.slowest < 8  # 5 s and some for a busy machine
    assert broken_invariants(stand, promises=promises) == []
    assert worker.poll() is None


def test_a_commit_is_on_the_disk_before_it_is_answered(stand: Stand) -> None:
    """A power cut cannot be made here; what makes it harmless can be looked at."""
    db = connect(stand.settings)
    try:
        assert db.run("PRAGMA synchronous") == [(2,)]  # FULL
        assert db.run("PRAGMA journal_mode") == [("wal",)]
    finally:
        db.close()
    shown = subprocess.run(
        [sys.executable, "-c", DJANGOS], env=stand.env, cwd=ROOT, capture_output=True, check=True
    )
    assert shown.stdout.split() == [b"2", b"wal"]


DJANGOS = """
import django; django.setup()
from django.db import connection
for setting in ("synchronous", "journal_mode"):
    with connection.cursor() as cursor:
        print(cursor.execute(f"PRAGMA {setting}").fetchone()[0])
"""
