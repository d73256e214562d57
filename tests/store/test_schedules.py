"""Each time of a schedule starts one run, however many look, whatever their clocks say, and
whoever dies in the middle."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from builder.launch import environment
from runtime.models.ids import uuid7
from runtime.sdk.schedules import Missed, Timetable
from runtime.services.fire_schedules import fire_due
from runtime.store import crash_points
from runtime.store.connect import connect
from runtime.store.schedules import dump_timetable
from tests.store.engine_process import start_engine
from tests.support.servers import fresh_database
from tests.support.stand import WORKSPACE, Stand, chain, node

DOCUMENT = chain(node("clock", "trigger.schedule"), node("end", "data.set"))
NO_LIMITS = {"at_once": None, "at_once_by": "", "when_busy": "queue", "priority": "normal"}
DAY = 86_400.0


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
        made = Stand(tmp_path_factory.mktemp("schedules"), database, module_redis_url)
        stack.callback(made.close)
        yield made


@pytest.fixture
def stand(kept: Stand) -> Stand:
    """The database without what other tests left."""
    with kept.db.transaction():
        for table in ("step", "attempt", "logline", "wait", "delivery", "run", "schedule"):
            kept.db.run(f"DELETE FROM runtime_{table}")  # noqa: S608
    return kept


def schedule(
    stand: Stand,
    timetable: Timetable,
    pending: float,
    missed: Missed = Missed.ONCE,
    **limits: Any,
) -> UUID:
    """A published schedule whose next time is `pending`."""
    (like,) = stand.accept(DOCUMENT)
    snapshot = stand.one("SELECT snapshot_id FROM runtime_run WHERE id = %s", (stand.db.id(like),))
    made, db = uuid7(), stand.db
    with db.transaction():
        db.run("DELETE FROM runtime_run WHERE id = %s", (db.id(like),))
        db.run(
            "INSERT INTO runtime_schedule (id, workspace_id, flow_id, node_id, node, snapshot_id, "
            "version, live, timetable, zone, words, missed, next_at, note, settings) "
            "VALUES (%s, %s, %s, 'clock', 'clock', %s, 1, %s, %s, 'UTC', '', %s, %s, '', %s)",
            (
                db.id(made),
                db.id(WORKSPACE),
                db.id(uuid7()),
                snapshot,
                True,
                dump_timetable(timetable),
                missed.value,
                db.time(pending),
                orjson.dumps({"deadline_seconds": 600, "limits": NO_LIMITS | limits}).decode(),
            ),
        )
    return made


def started(stand: Stand) -> Counter[str]:
    """The times for which runs were started."""
    rows = stand.db.run("SELECT input FROM runtime_run")
    return Counter(str(orjson.loads(row[0])[0]["json"]["scheduled_for"]) for row in rows)


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


def daily(now: float) -> tuple[Timetable, float]:
    """A timetable that was due a minute and a half ago, and that time."""
    due = (now - 90) // 60 * 60
    at = datetime.fromtimestamp(due, UTC)
    return Timetable((f"{at.minute} {at.hour} * * *",)), due


AFTER_THREE_DAYS = [(Missed.ONCE, [0]), (Missed.ALL, [0, 1, 2, 3]), (Missed.SKIP, [])]


@pytest.mark.parametrize(("missed", "days"), AFTER_THREE_DAYS)
def test_after_three_days_of_downtime(stand: Stand, missed: Missed, days: list[int]) -> None:
    timetable, due = daily(stand.db.now())
    made = schedule(stand, timetable, due - 3 * DAY, missed)
    assert fire_due(stand.db) == len(days)
    assert fire_due(stand.db) == 0
    assert started(stand) == Counter(iso(due - day * DAY) for day in days)
    row = stand.db.run(
        "SELECT next_at, last_at, note FROM runtime_schedule WHERE id = %s", (stand.db.id(made),)
    )[0]
    assert stand.db.seconds(row[0]) == due + DAY
    assert stand.db.seconds(row[1]) == (due if missed is not Missed.SKIP else due - 3 * DAY)
    assert ("missed from" in row[2]) is (missed is not Missed.ALL)


def test_a_run_by_the_clock_is_a_run_like_any_other(stand: Stand) -> None:
    timetable, due = daily(stand.db.now())
    schedule(stand, timetable, due, priority="high", at_once=2)
    fire_due(stand.db)
    (row,) = stand.db.run(
        "SELECT trigger_kind, trigger_key, mode, version, priority, slot_limit, input, deadline_at "
        "FROM runtime_run"
    )
    assert row[:6] == ("schedule", "clock", "live", 1, -10, 2)
    item = orjson.loads(row[6])[0]["json"]
    assert item["scheduled_for"] == iso(due)
    assert item["fired_at"] > item["scheduled_for"]
    assert (item["late"], item["missed_before"], item["zone"]) == (True, 0, "UTC")
    assert stand.db.seconds(row[7])


def test_what_is_off_or_not_yet_due_does_not_start(stand: Stand) -> None:
    timetable, due = daily(stand.db.now())
    off = schedule(stand, timetable, due)
    schedule(stand, timetable, due + DAY)
    with stand.db.transaction():
        stand.db.run(
            "UPDATE runtime_schedule SET live = %s WHERE id = %s", (False, stand.db.id(off))
        )
    assert fire_due(stand.db) == 0
    assert started(stand) == Counter()


def test_a_flow_that_is_busy_says_which_time_it_left_out(stand: Stand) -> None:
    timetable, due = daily(stand.db.now())
    made = schedule(stand, timetable, due - DAY, Missed.ALL, at_once=1, when_busy="reject")
    assert fire_due(stand.db) == 1
    note = stand.one("SELECT note FROM runtime_schedule WHERE id = %s", (stand.db.id(made),))
    assert "still under way" in note


def test_a_row_that_was_put_back_repeats_nothing(stand: Stand) -> None:
    timetable, due = daily(stand.db.now())
    made = schedule(stand, timetable, due)
    assert fire_due(stand.db) == 1
    with stand.db.transaction():
        stand.db.run(
            "UPDATE runtime_schedule SET next_at = %s WHERE id = %s",
            (stand.db.time(due), stand.db.id(made)),
        )
    assert fire_due(stand.db) == 0
    assert started(stand) == Counter([iso(due)])


def test_many_workers_at_once_one_of_them_an_hour_ahead(stand: Stand) -> None:
    now = stand.db.now()
    hourly = Timetable(minutes=60)
    pending = (now // 3600 - 1) * 3600
    for _ in range(120):
        schedule(stand, hourly, pending, Missed.ALL)
    errors: list[BaseException] = []

    def work(ahead: float) -> None:
        db = connect(stand.settings)
        real = db.now
        db.now = lambda: real() + ahead  # type: ignore[method-assign]
        try:
            for _ in range(8):
                fire_due(db)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)
        finally:
            db.close()

    threads = [threading.Thread(target=work, args=(ahead,)) for ahead in (0, 3600, 0, -3600)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    counted = started(stand)
    assert set(counted) <= {iso(pending + hour * 3600) for hour in range(4)}
    assert {iso(pending), iso(pending + 3600)} <= set(counted)
    assert set(counted.values()) == {120}


@pytest.mark.chaos
@pytest.mark.parametrize("label", [*crash_points.SCHEDULE, "accept.delivered"])
def test_a_worker_dies_while_it_starts_what_is_due(stand: Stand, label: str) -> None:
    timetable, due = daily(stand.db.now())
    for _ in range(3):
        schedule(stand, timetable, due - DAY, Missed.ALL)
    dying = start_engine(stand, label)
    dying.join(30)
    assert dying.exitcode == crash_points.EXIT_CODE
    sound = start_engine(stand)
    try:
        stand.until(lambda: sum(started(stand).values()) == 6, 20, "not all were started")
        stand.wait_over(20)
    finally:
        sound.kill()
        sound.join()
    assert started(stand) == Counter({iso(due): 3, iso(due - DAY): 3})
    assert stand.statuses() == {"succeeded": 6}


@pytest.mark.acceptance
def test_segue_comes_back_after_a_night(stand: Stand) -> None:
    """Real workers, several of them, started together after downtime."""
    timetable, due = daily(time.time())
    for missed in Missed:
        schedule(stand, timetable, due - DAY, missed)
    workers = [stand.start_worker(), stand.start_worker()]
    stand.until(lambda: sum(started(stand).values()) == 3, 40, "nothing was made up for")
    stand.wait_over(20)
    for worker in workers:
        stand.kill(worker)
    assert started(stand) == Counter({iso(due): 2, iso(due - DAY): 1})
    assert stand.statuses() == {"succeeded": 3}
