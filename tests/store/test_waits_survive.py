"""Waits outlive everybody: workers that die with an answer in their hands, restarts of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from builder.launch import environment
from runtime.graph.document import Document
from runtime.graph.parse import parse_document
from runtime.services.resolve_wait import resolve
from runtime.store import crash_points
from tests.store.engine_process import start_engine
from tests.support.counter import CountingServer, counting_server
from tests.support.servers import fresh_database
from tests.support.stand import Stand, chain, node

ASK = {"until": "call", "at_most": 600}


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
        made = Stand(tmp_path_factory.mktemp("waits"), database, module_redis_url)
        stack.callback(made.close)
        yield made


@pytest.fixture
def stand(kept: Stand) -> Stand:
    """The database without what other tests left."""
    with kept.db.transaction():
        for table in ("step", "attempt", "logline", "wait", "delivery", "run"):
            kept.db.run(f"DELETE FROM runtime_{table}")  # noqa: S608
    return kept


@pytest.fixture(scope="module")
def server() -> Iterator[CountingServer]:
    with counting_server(delay=1.0) as counting:
        yield counting


def until(stand: Stand, condition: Callable[[], bool], crash_at: str = "", **extra: str) -> None:
    """A worker at work until something holds; then it is killed."""
    worker = start_engine(stand, crash_at, **extra)
    try:
        stand.until(condition, 20, "it did not come to that")
    finally:
        worker.kill()
        worker.join()


def dies(stand: Stand, crash_at: str) -> None:
    """A worker at work until it dies there; the run is not suspected for the earlier ones."""
    with stand.db.transaction():
        stand.db.run("UPDATE runtime_run SET crashes = 0")
    worker = start_engine(stand, crash_at)
    worker.join(20)
    assert worker.exitcode == crash_points.EXIT_CODE


def all_wait(stand: Stand, count: int) -> Callable[[], bool]:
    return lambda: stand.statuses() == {"waiting": count}


def over(stand: Stand) -> bool:
    return stand.unfinished() == 0


def open_waits(stand: Stand) -> dict[int, tuple[UUID, UUID]]:
    """Run and wait by the item that waits."""
    rows = stand.db.run("SELECT item, run_id, id FROM runtime_wait WHERE status = 'open'")
    found = {}
    for item, run, wait in rows:
        run_id, wait_id = stand.db.uuid(run), stand.db.uuid(wait)
        assert run_id is not None
        assert wait_id is not None
        found[int(item)] = (run_id, wait_id)
    return found


def answer(stand: Stand, item: int, value: Any) -> None:
    assert resolve(stand.db, *open_waits(stand)[item], value)


def output(stand: Stand) -> Any:
    (row,) = stand.db.run("SELECT status, output FROM runtime_run")
    assert row[0] == "succeeded"
    return orjson.loads(row[1])


def asking(count: int, **more: Any) -> tuple[Document, list[dict[str, int]]]:
    document = chain(
        node("start", "trigger.manual"),
        node("ask", "flow.wait", ASK | more),
        node("end", "data.set"),
    )
    return document, [{"id": number} for number in range(count)]


def answered(*values: Any) -> list[dict[str, Any]]:
    return [{"id": n, "answer": value, "in_time": True} for n, value in enumerate(values)]


PASSES = ["claim.loaded", "commit.begin", "commit.committed"]


@pytest.mark.chaos
@pytest.mark.parametrize("crash_at", PASSES)
def test_a_worker_dies_with_the_answers_in_its_hands(stand: Stand, crash_at: str) -> None:
    document, items = asking(3)
    stand.accept(document, items=items)
    until(stand, all_wait(stand, 1))
    answer(stand, 2, "two")
    dies(stand, crash_at)
    until(stand, all_wait(stand, 1))
    answer(stand, 0, "zero")
    answer(stand, 1, "one")
    dies(stand, crash_at)
    until(stand, lambda: over(stand))
    assert output(stand) == answered("zero", "one", "two")
    assert open_waits(stand) == {}


@pytest.mark.chaos
def test_a_worker_dies_in_the_middle_of_what_follows_from_an_answer(stand: Stand) -> None:
    stand.accept(chain(node("start", "trigger.manual"), node("slow", "test.slow_to_go_on")))
    until(stand, all_wait(stand, 1))
    answer(stand, 0, "yes")
    lines = "SELECT count(*) FROM runtime_logline"
    until(stand, lambda: stand.one(lines) == 1)
    until(stand, lambda: over(stand))
    assert output(stand) == [{"answer": "yes", "in_time": True}]


@pytest.mark.chaos
@pytest.mark.parametrize("crash_at", ["commit.begin", "commit.committed"])
def test_what_a_person_decided_is_not_asked_again(
    stand: Stand, server: CountingServer, crash_at: str
) -> None:
    call = node("call", "test.call", {"url": server.url}, policy={"on_unknown": "ask"})
    document = chain(node("start", "trigger.manual"), call, node("end", "data.set"))
    stand.accept(document, items=[{}, {}])
    begun = "SELECT count(*) FROM runtime_attempt WHERE status = 'running'"
    until(stand, lambda: stand.one(begun) == 2)
    until(stand, all_wait(stand, 1))
    answer(stand, 0, {"choice": "done", "output": {"answer": "by hand"}, "by": "Ada"})
    dies(stand, crash_at)
    until(stand, all_wait(stand, 1))
    assert set(open_waits(stand)) == {1}
    answer(stand, 1, {"choice": "repeat", "output": None, "by": "Ada"})
    until(stand, lambda: over(stand))
    assert output(stand)[0] == {"answer": "by hand"}
    tries = stand.db.run("SELECT item, number, status FROM runtime_attempt ORDER BY item, number")
    assert tries == [(0, 1, "succeeded"), (1, 1, "lost"), (1, 2, "succeeded")]


def test_the_workers_clock_does_not_overrule_an_answer_it_has_not_seen(stand: Stand) -> None:
    """It never looks into the database here, until its own clock says that the time is up."""
    document, items = asking(1, at_most=1.5)
    stand.accept(document, items=items)
    worker = start_engine(stand, SEGUE_ENGINE_SWEEPS="0")
    try:
        stand.until(lambda: len(open_waits(stand)) == 1, 20, "it did not begin to wait")
        stand.until(lambda: _parked(stand), 20, "it did not begin to wait")
        answer(stand, 0, "in time")
        stand.until(lambda: over(stand), 20, "it did not go on")
    finally:
        worker.kill()
        worker.join()
    assert output(stand) == answered("in time")


def _parked(stand: Stand) -> bool:
    return bool(stand.one("SELECT count(*) FROM runtime_wait WHERE number > 0"))


def test_an_answer_while_another_branch_is_at_work(stand: Stand) -> None:
    graph = {
        "nodes": [
            node("start", "trigger.manual"),
            node("ask", "flow.wait", ASK),
            node("busy", "test.pause", {"seconds": 3}),
            node("both", "flow.merge"),
        ],
        "edges": [
            {"source": "start", "target": "ask"},
            {"source": "start", "target": "busy"},
            {"source": "ask", "target": "both"},
            {"source": "busy", "target": "both"},
        ],
    }
    stand.accept(parse_document(graph), items=[{"id": 0}])
    worker = start_engine(stand)
    done = "SELECT status FROM runtime_step WHERE node = 'ask'"
    try:
        stand.until(lambda: _parked(stand), 20, "it did not begin to wait")
        answer(stand, 0, "yes")
        stand.until(lambda: stand.one(done) == "succeeded", 2.5, "it waited for the other branch")
        assert stand.statuses() == {"running": 1}
        stand.until(lambda: over(stand), 20, "it did not end")
    finally:
        worker.kill()
        worker.join()


@pytest.mark.acceptance
def test_every_kind_of_wait_outlives_a_restart_of_everything(
    stand: Stand, server: CountingServer
) -> None:
    """Real workers; everything longer than half a second is parked."""
    soon = {"SEGUE_PARK_AFTER_SECONDS": "0.5"}
    start = node("start", "trigger.manual")
    retry = {"attempts": 2, "delay_seconds": 6, "max_delay_seconds": 6, "jitter": "none"}
    early = chain(start, node("early", "test.answers_itself", policy={"retry": {"attempts": 2}}))
    kinds = {
        "again": chain(start, node("x", "test.waits_again")),
        "timer": chain(start, node("x", "flow.wait", {"seconds": 6})),
        "moment": chain(
            start, node("x", "flow.wait", {"until": "moment", "moment": "{{ input.at }}"})
        ),
        "call": chain(start, node("x", "flow.wait", ASK)),
        "too late": chain(start, node("x", "flow.wait", ASK | {"at_most": 6})),
        "retry": chain(
            start,
            node("x", "test.fail", {"until": 2}, policy={"retry": retry | {"on": ["network"]}}),
        ),
    }
    moment = stand.db.now() + 6
    item = {"id": 0, "at": datetime.fromtimestamp(moment, UTC).isoformat()}
    runs = {kind: stand.accept(document, items=[item])[0] for kind, document in kinds.items()}
    first = stand.start_worker(**soon)
    parked = {"waiting": len(kinds) - 1, "succeeded": 1}
    stand.until(lambda: stand.statuses() == parked, 40, "not all were parked")
    (early_run,) = stand.accept(early, items=[item])
    state = "SELECT status FROM runtime_run WHERE id = %s"
    stand.until(lambda: stand.one(state, (stand.db.id(early_run),)) == "succeeded", 20, "no answer")
    stand.kill(first)
    run = runs["call"]
    (wait,) = stand.db.run("SELECT id FROM runtime_wait WHERE run_id = %s", (stand.db.id(run),))
    wait_id = stand.db.uuid(wait[0])
    assert wait_id is not None
    assert resolve(stand.db, run, wait_id, "yes")
    second = stand.start_worker(**soon)
    stand.wait_over(40)
    stand.kill(second)
    assert stand.statuses() == {"succeeded": len(kinds) + 1}
    found = {
        kind: orjson.loads(
            stand.one("SELECT output FROM runtime_run WHERE id = %s", (stand.db.id(run),))
        )[0]
        for kind, run in (*runs.items(), ("early", early_run))
    }
    assert found["again"] == {"attempt": 2, "details": {"round": 3}}
    assert found["timer"] == found["moment"] == found["retry"] == item
    assert found["call"] == item | {"answer": "yes", "in_time": True}
    assert found["too late"] == item | {"answer": None, "in_time": False}
    assert found["early"] == {"answer": {"try": 1}, "in_time": True}
