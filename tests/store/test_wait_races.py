"""Two parties at one wait at the same moment, step by step: whoever was first counts, nobody who
was told yes is forgotten, and nobody waits for the other for ever."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import orjson
import pytest

from builder.launch import environment
from runtime.engine.rows import AttemptRow, Row, RunRow, WaitRow
from runtime.models.ids import uuid7
from runtime.services.resolve_wait import resolve
from runtime.store import leases, sweep
from runtime.store.batch import Owned
from runtime.store.cancel import cancel, end_stopped
from runtime.store.claims import claim_runs
from runtime.store.commit import commit_rows
from runtime.store.connect import connect
from runtime.store.dialect import Connection, RunUpdate
from tests.support.servers import fresh_database
from tests.support.stand import WORKSPACE, Stand, chain, node

DOCUMENT = chain(node("start", "trigger.manual"), node("wait", "flow.wait", {"until": "call"}))
LONG = 8.0  # seconds: tells a hang from none


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
        made = Stand(tmp_path_factory.mktemp("races"), database, module_redis_url)
        stack.callback(made.close)
        yield made


class Scene:
    """A run that a worker holds, with one open wait."""

    def __init__(self, stand: Stand) -> None:
        self.stand, self.db = stand, stand.db
        me = leases.Incarnation(uuid7(), secrets.randbits(62), "")
        leases.register(self.db, me)
        self.worker = me.id
        (self.run,) = stand.accept(DOCUMENT)
        claim_runs(self.db, self.worker, ids=[self.run], limit=1)
        self.owned: Owned = {self.run: (1, WORKSPACE)}
        self.wait = uuid7()
        self.commit(self.row("open"))

    def row(self, status: str, due: float | None = None) -> WaitRow:
        return WaitRow(
            self.wait, self.run, "wait", "", 0, 1, "callback", status, self.wait.hex, due, None, 0.0
        )

    def commit(self, *rows: Row, db: Connection | None = None) -> None:
        assert commit_rows(db or self.db, self.worker, self.owned, rows) == set()

    def park(self, due: float | None = None, db: Connection | None = None) -> None:
        self.commit(self.row("open", due), RunRow(self.run, 9, "waiting", wake_at=due), db=db)

    def answer(self, value: Any = "yes", db: Connection | None = None) -> bool:
        return resolve(db or self.db, self.run, self.wait, value)

    def wait_state(self) -> tuple[str, Any]:
        (row,) = self.db.run(
            "SELECT status, outcome FROM runtime_wait WHERE id = %s", (self.db.id(self.wait),)
        )
        return row[0], orjson.loads(row[1]) if row[1] else None

    def run_state(self) -> str:
        sql = "SELECT status FROM runtime_run WHERE id = %s"
        return str(self.stand.one(sql, (self.db.id(self.run),)))


@pytest.fixture
def scene(kept: Stand) -> Scene:
    with kept.db.transaction():
        for table in ("step", "attempt", "logline", "wait", "delivery", "run", "worker"):
            kept.db.run(f"DELETE FROM runtime_{table}")  # noqa: S608
    return Scene(kept)


class Meeting:
    """Stops one party before a statement until the other one stands at the same door."""

    def __init__(self, stand: Stand, before: str) -> None:
        self.db = connect(stand.settings)
        self.db.commits_at_once = False  # the same statements, one by one: each is a door
        self.reached, self.go_on = threading.Event(), threading.Event()
        for name in ("run", "count", "update_runs"):
            self._guard(name, before)

    def _guard(self, name: str, before: str) -> None:
        real = getattr(self.db, name)

        def guarded(said: str | RunUpdate, *values: Any) -> Any:
            sql = said if isinstance(said, str) else f"UPDATE runtime_run SET {said.sets}"  # noqa: S608
            if before in sql and values[:1] != ([],) and not self.reached.is_set():
                self.reached.set()
                assert self.go_on.wait(LONG)
            return real(said, *values)

        setattr(self.db, name, guarded)


def at_once(
    stand: Stand,
    before: str,
    first: Callable[[Connection], Any],
    second: Callable[[Connection], Any],
) -> list[Any]:
    """`first` gets to a statement, `second` begins and gets as far as it can, both go on."""
    meeting = Meeting(stand, before)
    found: list[Any] = [None, None]

    def work(index: int, what: Callable[[Connection], Any], db: Connection) -> None:
        try:
            found[index] = what(db)
        except BaseException as error:  # noqa: BLE001
            found[index] = error
        finally:
            db.close()

    one = threading.Thread(target=work, args=(0, first, meeting.db))
    two = threading.Thread(target=work, args=(1, second, connect(stand.settings)))
    one.start()
    assert meeting.reached.wait(LONG), "it never came to that statement"
    two.start()
    two.join(0.3)  # it is done by then, or waits for a lock that the first one holds
    meeting.go_on.set()
    for thread in (one, two):
        thread.join(LONG)
        assert not thread.is_alive()
    errors = [outcome for outcome in found if isinstance(outcome, BaseException)]
    assert errors == []
    return found


def test_an_answer_is_not_undone_by_a_row_that_is_written_again(scene: Scene) -> None:
    """A commit whose outcome is unknown is written once more."""
    assert scene.answer()
    scene.commit(scene.row("open"))
    assert scene.wait_state() == ("resolved", "yes")
    scene.park()
    assert scene.run_state() == "queued"


def test_an_answer_that_comes_while_the_run_is_parked(scene: Scene) -> None:
    at_once(
        scene.stand,
        "SET status = CASE",
        lambda db: scene.park(db=db),
        lambda db: scene.answer(db=db),
    )
    assert scene.wait_state() == ("resolved", "yes")
    assert scene.run_state() == "queued"


def test_an_answer_meets_the_owner_that_closes_the_wait(scene: Scene) -> None:
    attempt = AttemptRow(scene.run, "wait", "", 0, 1, 5, "succeeded", output=b"{}")
    _, told = at_once(
        scene.stand,
        "UPDATE runtime_run SET seq",
        lambda db: scene.commit(scene.row("closed"), attempt, db=db),
        lambda db: scene.answer(db=db),
    )
    assert told is False
    assert scene.wait_state() == ("closed", None)


def test_an_answer_meets_the_sweep_at_the_time_limit(scene: Scene) -> None:
    scene.park(due=scene.db.now() - 1)
    _, told = at_once(
        scene.stand,
        "UPDATE runtime_run SET status = 'queued'",
        sweep.wake_due,
        lambda db: scene.answer(db=db),
    )
    assert told is False
    assert scene.wait_state() == ("expired", None)
    assert scene.run_state() == "queued"


def test_the_owners_own_clock_does_not_overrule_an_answer(scene: Scene) -> None:
    assert scene.answer({"paid": True})
    late = scene.row("expired")
    scene.commit(late)
    assert scene.wait_state() == ("resolved", {"paid": True})
    assert (late.status, late.outcome) == ("resolved", b'{"paid":true}')


def test_after_the_owners_own_clock_an_answer_is_too_late(scene: Scene) -> None:
    row = scene.row("expired")
    scene.commit(row)
    assert row.status == "expired"
    assert not scene.answer()


def test_two_answers_at_once(scene: Scene) -> None:
    scene.park()
    told = at_once(
        scene.stand,
        "UPDATE runtime_wait",
        lambda db: scene.answer("one", db=db),
        lambda db: scene.answer("two", db=db),
    )
    assert told == [True, False]
    assert scene.wait_state() == ("resolved", "one")


def test_a_run_that_parks_while_it_is_being_stopped_is_stopped(scene: Scene) -> None:
    def stop(db: Connection) -> int:
        with db.transaction():
            return cancel(db, [scene.run], by="Ada")

    at_once(
        scene.stand,
        "WHERE id = ANY(%s) AND status = 'running'"
        if "postgresql" in scene.stand.settings["ENGINE"]
        else "AND status = 'running'",
        stop,
        lambda db: scene.park(db=db),
    )
    end_stopped(scene.db)  # as every worker's sweep does: nobody holds it who could be asked
    assert scene.run_state() == "cancelled"
    assert scene.wait_state()[0] == "closed"


def test_a_run_that_was_to_be_stopped_does_not_wait_on(scene: Scene) -> None:
    with scene.db.transaction():
        assert cancel(scene.db, [scene.run], by="Ada") == 1
    scene.park(due=time.time() + 86_400)
    assert end_stopped(scene.db) == 1
    assert scene.run_state() == "cancelled"
    assert scene.wait_state()[0] == "closed"
    assert not scene.answer()


@pytest.mark.parametrize("by", ["cancel", "overdue", "poison"])
def test_nobody_is_told_that_a_run_goes_on_which_is_over(scene: Scene, by: str) -> None:
    db = scene.db
    with db.transaction():
        if by == "cancel":
            db.run("UPDATE runtime_run SET cancel_requested = %s", (True,))
        elif by == "overdue":
            db.run("UPDATE runtime_run SET status = 'timed_out', owner_id = NULL")
        else:
            db.run("UPDATE runtime_run SET status = 'failed', owner_id = NULL")
    assert not scene.answer()


def test_several_runs_stopped_while_they_are_written(scene: Scene) -> None:
    """As when the newest run of a slot replaces those before it."""
    (other,) = scene.stand.accept(DOCUMENT)
    claim_runs(scene.db, scene.worker, ids=[other], limit=1)
    scene.owned[other] = (1, WORKSPACE)
    first, last = sorted([scene.run, other])

    def stop(db: Connection) -> int:
        with db.transaction():
            return cancel(db, [first, last], by="Ada")

    attempt = AttemptRow(last, "wait", "", 0, 1, 5, "running")
    answer = RunRow(first, 6, "running", response=b"{}")
    _, stopped = at_once(
        scene.stand,
        "SET response = COALESCE",
        lambda db: scene.commit(attempt, answer, db=db),
        stop,
    )
    assert stopped == 2


def test_two_sweeps_and_an_answer(scene: Scene) -> None:
    scene.park(due=scene.db.now() - 1)
    at_once(scene.stand, "UPDATE runtime_wait", sweep.wake_due, sweep.wake_due)
    assert scene.run_state() == "queued"
    assert scene.wait_state() == ("expired", None)
