"""Places in slots while several accept and claim at once; and a claim from a long queue."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest

from runtime.models.ids import uuid7
from runtime.store import leases
from runtime.store.accept import NewRun, Slot, WhenBusy, accept
from runtime.store.claims import claim_runs
from runtime.store.connect import connect
from runtime.store.dialect import Connection
from tests.store.test_queue import START, kept, stand
from tests.support.stand import WORKSPACE, Stand

__all__ = ["kept", "stand"]
AT_ONCE, EACH = 4, 12  # threads, and what each of them does


def together(stand: Stand, work: Callable[[Connection, int], None]) -> None:
    """Do something at once in several threads, each on a connection of its own."""
    gate = threading.Barrier(AT_ONCE)
    failures: list[BaseException] = []

    def run(number: int) -> None:
        db = connect(stand.settings)
        try:
            gate.wait(10)
            work(db, number)
        except BaseException as error:  # noqa: BLE001  the test looks at it
            failures.append(error)
        finally:
            db.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


@pytest.fixture
def snapshot(stand: Stand) -> UUID:
    """Something to run."""
    return stand.snapshot(START)


def new(snapshot: UUID, slot: Slot) -> NewRun:
    return NewRun(
        uuid7(), WORKSPACE, None, None, snapshot, "live", "start", "manual", [], time.time(), 60.0,
        slot=slot,
    )  # fmt: skip


def accepting(snapshot: UUID, slot: Slot) -> Callable[[Connection, int], None]:
    def work(db: Connection, number: int) -> None:
        for _ in range(EACH):
            accept(db, [new(snapshot, slot)])

    return work


def test_no_more_are_accepted_than_there_are_places(stand: Stand, snapshot: UUID) -> None:
    together(stand, accepting(snapshot, Slot("reject", 3, WhenBusy.REJECT)))
    assert stand.statuses() == {"queued": 3}


def test_the_newest_replace_the_others_whoever_accepts_them(stand: Stand, snapshot: UUID) -> None:
    slot, step = Slot("replace", 1, WhenBusy.REPLACE), threading.Barrier(AT_ONCE)
    left: list[int] = []

    def work(db: Connection, number: int) -> None:
        for _ in range(EACH):
            step.wait(10)
            accept(db, [new(snapshot, slot)])
            step.wait(10)
            if number == 0:
                left.append(stand.statuses()["queued"])

    together(stand, work)
    assert left == [1] * EACH


def test_no_more_are_claimed_than_there_are_places(stand: Stand, snapshot: UUID) -> None:
    slot = Slot("queue", 3, WhenBusy.QUEUE)
    got: list[UUID] = []

    def work(db: Connection, number: int) -> None:
        me = leases.Incarnation(uuid7(), secrets.randbits(62), "")
        leases.register(db, me)
        for _ in range(EACH):
            accept(db, [new(snapshot, slot)])
            got.extend(run.id for run in claim_runs(db, me.id, ids=None, limit=5))

    together(stand, work)
    assert stand.statuses()["running"] == 3
    assert len(got) == len(set(got)) == 3


@pytest.fixture
def long_queue(stand: Stand) -> Stand:
    """10,000 runs of 50 flows in five workspaces, of three priorities."""
    places = [uuid7() for _ in range(5)]
    for number in range(50):
        flow = uuid7()
        for priority, count in ((-10, 66), (0, 67), (10, 67)):
            stand.accept(
                START, count, flow_id=flow, workspace_id=places[number % 5], priority=priority
            )
    return stand


def test_a_claim_from_a_long_queue_is_fair_and_quick(long_queue: Stand) -> None:
    db = long_queue.db
    me = leases.Incarnation(uuid7(), secrets.randbits(62), "")
    leases.register(db, me)
    began = time.monotonic()
    for _ in range(10):
        claims = claim_runs(db, me.id, ids=None, limit=50)
        assert len(claims) == 50
        assert set(Counter(claim.workspace_id for claim in claims).values()) == {10}
        assert len({claim.flow_id for claim in claims}) == 50
    # About 10 ms each; a plan that reads the queue once for every flow takes seconds.
    assert time.monotonic() - began < 5
    urgent = db.run("SELECT count(*) FROM runtime_run WHERE status = 'running' AND priority <> -10")
    assert urgent[0][0] == 0
