"""Many branches on two workers want one model at once: its limits and its budget hold together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import orjson
import pytest

from builder.launch import environment
from runtime.graph.document import Document
from runtime.graph.parse import parse_document
from runtime.models.ids import uuid7
from runtime.services.resolve_wait import resolve
from runtime.store.model_budgets import answer
from tests.support.model_server import ModelServer, model_server
from tests.support.servers import fresh_database
from tests.support.stand import WORKSPACE, Stand, node

BRANCHES, A_MINUTE, BUDGET = 20, 5, 10
MINUTE = 1.0  # seconds


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
        made = Stand(tmp_path_factory.mktemp("burst"), database, module_redis_url)
        stack.callback(made.close)
        yield made


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server("Hello!") as running:
        yield running


def branches(count: int) -> Document:
    """So many steps side by side that each ask the model once."""
    asks = [node(f"ask_{n}", "ai.llm", {"prompt": f"Say hello {n}"}) for n in range(count)]
    edges = [{"source": "start", "target": ask["id"]} for ask in asks]
    return parse_document({"nodes": [node("start", "trigger.manual"), *asks], "edges": edges})


def budget(stand: Stand, calls: int) -> None:
    with stand.db.transaction():
        stand.db.run(
            "INSERT INTO runtime_modelbudget (id, workspace_id, name, scope, period, unit, amount, "
            "more, active) VALUES (%s, %s, 'All', 'workspace', 'ever', 'calls', %s, 2, %s)",
            (stand.db.id(uuid7()), stand.db.id(WORKSPACE), calls, True),
        )


def uses(stand: Stand) -> tuple[int, int]:
    ((used, reserved),) = stand.db.run("SELECT used, reserved FROM runtime_budgetuse")
    return used, reserved


def questions(stand: Stand) -> list[tuple[Any, ...]]:
    return stand.db.run(
        "SELECT run_id, id, details FROM runtime_wait WHERE kind = 'approval' AND status = 'open'"
    )


def status(stand: Stand, run: UUID) -> str:
    return str(stand.one("SELECT status FROM runtime_run WHERE id = %s", (stand.db.id(run),)))


def decide(stand: Stand, row: tuple[Any, ...], *, allowed: bool) -> None:
    details = orjson.loads(row[2])
    run, wait, use = stand.db.uuid(row[0]), stand.db.uuid(row[1]), details["budget_use"]
    assert run is not None
    assert wait is not None
    assert resolve(
        stand.db,
        run,
        wait,
        {"approved": allowed},
        lambda db: answer(db, UUID(use), allowed=allowed),
    )


@pytest.mark.chaos
def test_no_call_too_many_no_run_left_out_and_more_only_when_a_person_says_so(
    stand: Stand, server: ModelServer
) -> None:
    server.requests.clear()
    stand.add_model(server.base_url)
    with stand.db.transaction():
        stand.db.run("UPDATE builder_modelprofile SET calls_a_minute = %s", (A_MINUTE,))
    budget(stand, BUDGET)
    for _ in range(2):
        stand.start_worker_with_brief_minutes(MINUTE, SEGUE_INTERNAL_HOSTS="127.0.0.1")
    stand.wait_for_workers(2)
    (many,) = stand.accept(branches(BRANCHES))
    stand.until(lambda: len(server.requests) >= 1, 20, "nothing was asked")
    (one,) = stand.accept(branches(1))
    stand.until(lambda: status(stand, one) == "succeeded", 20, "one call waits for twenty")
    assert len(server.requests) <= BUDGET, "it had one of the few calls there were"
    waiting = stand.db.run("SELECT why FROM runtime_step WHERE status = 'waiting'")
    assert any("5 calls a minute" in (why or "") for (why,) in waiting), waiting

    stand.until(lambda: len(questions(stand)) == 1, 20, "nobody is asked for more")
    stand.until(lambda: status(stand, many) == "waiting", 20, "it holds its worker")
    assert len(server.requests) == BUDGET
    assert uses(stand) == (BUDGET, 0)
    (question,) = questions(stand)
    assert "used up" in orjson.loads(question[2])["question"]

    decide(stand, question, allowed=True)
    stand.until(lambda: len(questions(stand)) == 1, 20, "nobody is asked again")
    assert (len(server.requests), uses(stand)) == (BUDGET + 2, (BUDGET + 2, 0))

    decide(stand, questions(stand)[0], allowed=False)
    stand.until(lambda: status(stand, many) == "failed", 20, "a no is not heard")
    assert len(server.requests) == BUDGET + 2
    stand.until(
        lambda: stand.one("SELECT count(*) FROM runtime_modelcall WHERE status <> 'settled'") == 0,
        20,
        "somebody waits for a run that is over",
    )
    assert uses(stand) == (BUDGET + 2, 0)
