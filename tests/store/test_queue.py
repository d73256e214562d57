"""Which runs a worker takes next: priority, fairness among flows, places in slots."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import pairwise
from uuid import UUID

import pytest

from builder.launch import environment
from runtime.models.ids import uuid7
from runtime.store import leases
from runtime.store.accept import Accepted, NewRun, Slot, WhenBusy, accept
from runtime.store.cancel import cancel
from runtime.store.claims import claim_runs
from runtime.store.queue import in_turn
from tests.support.servers import fresh_database
from tests.support.stand import WORKSPACE, Stand, chain, node

START = chain(node("start", "trigger.manual"))
ONE = Slot("one", 1, WhenBusy.QUEUE)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept(
    request: pytest.FixtureRequest,
    servers: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    module_redis_url: str,
) -> Iterator[Stand]:
    """A database for all tests of this module."""
    with ExitStack() as stack:
        database = None
        if request.param == "postgresql":
            fresh = fresh_database(servers[environment.TEST_POSTGRES_URL])
            database = stack.enter_context(fresh)
        made = Stand(tmp_path_factory.mktemp("queue"), database, module_redis_url)
        stack.callback(made.close)
        yield made


@pytest.fixture
def stand(kept: Stand) -> Stand:
    """A database without workers, and without the runs of others."""
    with kept.db.transaction():
        for table in ("step", "attempt", "logline", "wait", "delivery", "run", "worker"):
            kept.db.run(f"DELETE FROM runtime_{table}")  # noqa: S608
    return kept


@pytest.fixture
def worker(stand: Stand) -> UUID:
    """Somebody who may claim."""
    me = leases.Incarnation(uuid7(), secrets.randbits(62), "")
    leases.register(stand.db, me)
    return me.id


def claim(stand: Stand, worker: UUID, limit: int, ids: list[UUID] | None = None) -> list[UUID]:
    """Ids of the runs it got."""
    return [run.id for run in claim_runs(stand.db, worker, ids=ids, limit=limit)]


def end(stand: Stand, run: UUID) -> None:
    """As if it had succeeded."""
    with stand.db.transaction():
        stand.db.run(
            "UPDATE runtime_run SET status = 'succeeded', owner_id = NULL WHERE id = %s",
            (stand.db.id(run),),
        )


def test_each_takes_its_turn() -> None:
    a, b, c = [[uuid7() for _ in range(count)] for count in (3, 1, 2)]
    assert list(in_turn([a, b, c])) == [a[0], b[0], c[0], a[1], c[1], a[2]]
    assert list(in_turn([])) == []


def test_a_flow_with_a_thousand_runs_does_not_hold_up_another(stand: Stand, worker: UUID) -> None:
    flood = stand.accept(START, 1000, flow_id=uuid7())
    small = stand.accept(START, 3, flow_id=uuid7())
    other = stand.accept(START, 50, flow_id=uuid7(), workspace_id=uuid7())
    got = claim(stand, worker, 40)
    assert set(small) <= set(got)
    assert len(set(got) & set(other)) == 20  # half of the places: it is another workspace
    assert len(set(got) & set(flood)) == 17
    while got:
        got = claim(stand, worker, 300)
    assert stand.statuses() == {"running": 1053}


def test_what_is_urgent_goes_first(stand: Stand, worker: UUID) -> None:
    late = stand.accept(START, 5, priority=10)
    normal = stand.accept(START, 5)
    urgent = stand.accept(START, 5, priority=-10)
    assert set(claim(stand, worker, 4)) == set(urgent[:4])
    assert set(claim(stand, worker, 4)) == {urgent[4], *normal[:3]}
    assert set(claim(stand, worker, 100)) == {*normal[3:], *late}


def test_no_more_runs_than_places(stand: Stand, worker: UUID) -> None:
    runs = stand.accept(START, 5, flow_id=uuid7(), slot=Slot("two", 2, WhenBusy.QUEUE))
    free = stand.accept(START, 1)
    assert claim(stand, worker, 100, ids=runs) == [], "a hint may not pass by the slot"
    assert set(claim(stand, worker, 100)) == {*runs[:2], *free}
    assert claim(stand, worker, 100) == []
    end(stand, runs[0])
    assert claim(stand, worker, 100) == [runs[2]]


def test_a_run_that_began_keeps_its_place(stand: Stand, worker: UUID) -> None:
    first, second = stand.accept(START, 2, slot=ONE)
    assert claim(stand, worker, 10) == [first]
    with stand.db.transaction():
        stand.db.run("UPDATE runtime_run SET status = 'waiting' WHERE status = 'running'")
    assert claim(stand, worker, 10) == [], "a run that waits is not over"
    with stand.db.transaction():
        stand.db.run("UPDATE runtime_run SET status = 'queued' WHERE status = 'waiting'")
    assert claim(stand, worker, 10) == [first]
    with stand.db.transaction():
        cancel(stand.db, [second], by="somebody")
    assert claim(stand, worker, 10) == []


def accepted(stand: Stand, slot: Slot, count: int, key: str | None = None) -> list[Accepted]:
    """Several at once, as they come in one batch."""
    (like,) = stand.accept(START, 1)
    snapshot = stand.db.uuid(
        stand.one("SELECT snapshot_id FROM runtime_run WHERE id = %s", (stand.db.id(like),))
    )
    end(stand, like)
    assert snapshot is not None
    runs = [
        NewRun(
            uuid7(), WORKSPACE, None, None, snapshot, "live", "start", "manual", [], 0.0, 3600.0,
            delivery=(WORKSPACE, key, "same") if key else None,
            slot=slot,
        )
        for _ in range(count)
    ]  # fmt: skip
    return accept(stand.db, runs)


def test_a_flow_that_is_busy_refuses(stand: Stand, worker: UUID) -> None:
    slot = Slot("few", 2, WhenBusy.REJECT)
    answers = accepted(stand, slot, 3)
    assert [answer.busy for answer in answers] == [False, False, True]
    assert accepted(stand, slot, 1)[0].busy
    claim(stand, worker, 10)
    end(stand, answers[0].run_id)
    assert accepted(stand, slot, 1)[0].fresh


def test_the_same_event_is_known_even_when_the_flow_is_busy(stand: Stand) -> None:
    slot = Slot("few", 1, WhenBusy.REJECT)
    (first,) = accepted(stand, slot, 1, key="event")
    (again,) = accepted(stand, slot, 1, key="event")
    assert (first.fresh, again.fresh, again.busy) == (True, False, False)
    assert again.run_id == first.run_id


def test_a_refused_event_may_come_again(stand: Stand, worker: UUID) -> None:
    slot = Slot("few", 1, WhenBusy.REJECT)
    (first,) = accepted(stand, slot, 1, key="one")
    assert accepted(stand, slot, 1, key="two")[0].busy
    end(stand, first.run_id)
    assert accepted(stand, slot, 1, key="two")[0].fresh


def test_the_newest_replaces_those_before_it(stand: Stand, worker: UUID) -> None:
    slot = Slot("newest", 1, WhenBusy.REPLACE)
    (running,) = accepted(stand, slot, 1)
    claim(stand, worker, 10)
    batch = accepted(stand, slot, 3)
    rows = stand.db.run("SELECT id, status, cancel_requested, reason FROM runtime_run")
    found = {stand.db.uuid(row[0]): (row[1], bool(row[2]), row[3]) for row in rows}
    assert found[running.run_id][:2] == ("running", True), "its worker is asked to stop it"
    counted = Counter(found[answer.run_id][0] for answer in batch)
    assert counted == {"cancelled": 2, "queued": 1}
    assert found[batch[-1].run_id][0] == "queued"
    assert "newer run" in str(found[batch[0].run_id][2])


def test_one_at_a_time_on_two_workers(stand: Stand) -> None:
    document = chain(node("start", "trigger.manual"), node("p", "test.pause", {"seconds": 0.2}))
    runs = stand.accept(document, 6, slot=ONE)
    workers = [stand.start_worker(), stand.start_worker()]
    stand.wait_over(40)
    for started in workers:
        stand.kill(started)
    rows = stand.db.run("SELECT started_at, finished_at FROM runtime_run ORDER BY started_at")
    spans = [[stand.db.seconds(moment) or 0 for moment in row] for row in rows]
    assert len(spans) == len(runs)
    for (_, ended), (began, _) in pairwise(spans):
        assert began >= ended - 0.05, "two were under way at once"
