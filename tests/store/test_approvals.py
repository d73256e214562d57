"""Two people decide at once, and workers die while a question waits: one decision counts."""

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
from runtime.sdk import Json
from runtime.services.resolve_wait import resolve
from runtime.store.connect import connect
from tests.store.engine_process import start_engine
from tests.support.servers import fresh_database
from tests.support.stand import Stand, chain, node

PEOPLE = ("Ada", "Grace", "Joan", "Mary")


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
    db = connect(stand.settings)
    try:
        door.wait(10)
        said: Json = {
            "approved": name != "Ada",
            "by": name,
            "name": name,
            "note": name,
            "at": "now",
        }
        return resolve(db, run, wait, said)
    finally:
        db.close()


@pytest.mark.chaos
def test_one_of_several_decisions_counts_and_outlives_two_workers(stand: Stand) -> None:
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
    assert told.count(True) == 1
    winner = PEOPLE[told.index(True)]

    works_until(stand, "succeeded")
    (row,) = stand.db.run("SELECT output FROM runtime_run")
    (item,) = orjson.loads(row[0])
    decision: dict[str, Any] = item["decision"]
    assert (decision["by"], decision["note"]) == (winner, winner)
    assert decision["approved"] is (winner != "Ada")
    (kept,) = stand.db.run("SELECT outcome FROM runtime_wait WHERE kind = 'approval'")
    assert orjson.loads(kept[0])["by"] == winner
