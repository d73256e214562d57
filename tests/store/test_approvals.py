"""Several people decide at once, and workers die meanwhile: as many count as must agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier
from typing import Any
from uuid import UUID

import orjson
import pytest

from builder.launch import environment
from runtime.sdk.review import Vote, outcome_of, said_before, verdict, with_vote
from runtime.store.connect import connect
from runtime.store.votes import Rows, Said, vote
from tests.store.engine_process import start_engine
from tests.support.servers import fresh_database
from tests.support.stand import Stand, chain, node

PEOPLE = ("Ada", "Grace", "Joan", "Mary")
NEEDED = 2


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stand(
    request: pytest.FixtureRequest,
    servers: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    module_redis_url: str,
) -> Iterator[Stand]:
    with ExitStack() as stack:
        database = None
        if request.param == "postgresql":
            fresh = fresh_database(servers[environment.TEST_POSTGRES_URL])
            database = stack.enter_context(fresh)
        made = Stand(tmp_path_factory.mktemp("approvals"), database, module_redis_url)
        stack.callback(made.close)
        yield made


def works_until(stand: Stand, status: str) -> None:
    """A worker until the run is there; then it is killed."""
    worker = start_engine(stand)
    try:
        stand.until(lambda: stand.statuses() == {status: 1}, 20, f"the run is not {status}")
    finally:
        worker.kill()
        worker.join()


def decide(stand: Stand, run: UUID, wait: UUID, door: Barrier, name: str) -> bool:
    """Agree as one of two who must; pressed twice, it counts once."""

    def say(rows: Rows) -> Said | None:
        votes = [Vote.load(row) for row in rows]
        if said_before(votes, name):
            return None
        votes = with_vote(votes, Vote(name, name, True, name, "now", {}))
        decided = verdict(votes, NEEDED, "one")
        outcome = None if decided is None else outcome_of(votes, decided)
        return Said([one.dump() for one in votes], outcome)

    db = connect(stand.settings)
    try:
        door.wait(10)
        counted = vote(db, run, wait, say)
        assert not vote(db, run, wait, say)
        return counted
    finally:
        db.close()


@pytest.mark.chaos
def test_as_many_decisions_count_as_must_and_they_outlive_two_workers(stand: Stand) -> None:
    ask = node("ask", "flow.approval", {"question": "Refund {{ input.id }}?"})
    (run,) = stand.accept(chain(node("start", "trigger.manual"), ask), items=[{"id": 7}])
    works_until(stand, "waiting")
    rows = stand.db.run("SELECT id, details FROM runtime_wait WHERE kind = 'approval'")
    ((found, details),) = rows
    assert orjson.loads(details)["question"] == "Refund 7?"
    wait = stand.db.uuid(found)
    assert wait is not None

    door = Barrier(len(PEOPLE))
    with ThreadPoolExecutor(len(PEOPLE)) as threads:
        told = list(threads.map(lambda name: decide(stand, run, wait, door, name), PEOPLE))
    assert told.count(True) == NEEDED
    counted = {name for name, took in zip(PEOPLE, told, strict=True) if took}

    works_until(stand, "succeeded")
    (row,) = stand.db.run("SELECT output FROM runtime_run")
    (item,) = orjson.loads(row[0])
    decision: dict[str, Any] = item["decision"]
    assert decision["approved"] is True
    assert {said["by"] for said in decision["decisions"]} == counted
    assert decision["by"] == decision["decisions"][-1]["by"]
    (kept,) = stand.db.run("SELECT votes FROM runtime_wait WHERE kind = 'approval'")
    assert {said["by"] for said in orjson.loads(kept[0])} == counted
