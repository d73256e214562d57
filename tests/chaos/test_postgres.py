"""PostgreSQL is cut off, restarts, freezes, is locked or full: what was accepted is kept.

Rows 13 to 15 of the fault matrix (docs/operators/faults.md).
"""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

import httpx
import psycopg
import pytest

from runtime.graph.document import Document
from tests.support.callers import calling
from tests.support.counter import counting_server
from tests.support.cutting import cutting_line
from tests.support.invariants import broken_invariants
from tests.support.servers import OwnPostgres, own_postgres
from tests.support.stand import Stand, chain, node, threads_of

SOON = 5.0  # seconds in which a caller is told to come back, and some for a busy machine
SLACK = 3.0


@pytest.fixture
def postgres(request: pytest.FixtureRequest) -> Iterator[OwnPostgres]:
    with own_postgres(*getattr(request, "param", ())) as server:
        yield server


@pytest.fixture
def stand(tmp_path: Path, postgres: OwnPostgres, redis_url: str) -> Iterator[Stand]:
    made = Stand(tmp_path / "data", postgres.url, redis_url)
    try:
        yield made
    finally:
        postgres.thaw()
        made.close()


@pytest.fixture
def random() -> Random:
    seed = int.from_bytes(os.urandom(4), "big")
    print("seed", seed)
    return Random(seed)


def flow(url: str = "") -> Document:
    steps = [node("call", "test.call", {"url": url})] if url else []
    return chain(
        node("hook", "trigger.webhook", {"path": "event"}),
        node("pause", "test.pause", {"seconds": 0.05}),
        *steps,
        node("end", "data.set"),
    )


def test_a_server_that_restarts_or_cuts_all_off_loses_nothing(
    stand: Stand, postgres: OwnPostgres, random: Random
) -> None:
    with counting_server() as server:
        stand.route("event", flow(server.url))
        address = f"{stand.start_web()}/hooks/event"
        workers = [stand.start_worker(), stand.start_worker()]
        stand.wait_for_workers(2)
        with calling(address, callers=8) as promises:
            for harm in ("restart", "cut", "restart", "cut", "cut"):
                seen = len(promises.accepted)
                stand.until(lambda seen=seen: len(promises.accepted) > seen + 30, 30, "no call")
                time.sleep(random.uniform(0, 0.1))
                if harm == "restart":
                    postgres.restart_at_once()
                    stand.reconnect()
                else:
                    cut_all_off(postgres)
                    stand.reconnect()
        stand.wait_over(60)
        assert broken_invariants(stand, server, promises=promises) == []
        assert stand.statuses().keys() == {"succeeded"}
    assert [worker.poll() for worker in workers] == [None, None]  # trouble is a state, not an exit


def cut_all_off(postgres: OwnPostgres) -> None:
    with postgres.admin() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


def test_a_commit_whose_answer_is_lost_is_done_once(
    stand: Stand, postgres: OwnPostgres, random: Random
) -> None:
    """Calls without a key of their own: what is tried again must not become a second run."""
    with counting_server() as server, cutting_line(postgres.url) as line:
        stand.route("event", flow(server.url))
        base = stand.start_web(DATABASE_URL=line.url)
        worker = stand.start_worker(DATABASE_URL=line.url)
        stand.wait_for_workers(1)
        for _ in range(15):
            line.cuts += random.choice([1, 1, 2])
            answers = [httpx.post(f"{base}/hooks/event", json={}, timeout=20) for _ in range(3)]
            assert [answer.status_code for answer in answers] == [202] * 3
        line.cuts = 0
        stand.wait_over(60)
        assert line.cut >= 15
        assert stand.statuses() == {"succeeded": 45}
        assert broken_invariants(stand, server) == []
        assert worker.poll() is None


def test_callers_of_a_frozen_server_are_told_to_come_back(
    stand: Stand, postgres: OwnPostgres
) -> None:
    stand.route("event", flow())
    base = stand.start_web()
    address = f"{base}/hooks/event"
    stand.start_worker()
    stand.wait_for_workers(1)
    web = stand.webs[0].pid
    with stand.api(base) as api, calling(address, callers=20) as promises:
        made = api.get("flows/").json()["results"][0]["id"]
        stand.until(lambda: len(promises.accepted) > 50, 30, "no call kept")
        threads = threads_of(web)
        postgres.freeze()
        asked = [api.get("flows/"), api.post(f"flows/{made}/run/", json={"draft": True})]
        assert [answer.status_code for answer in asked] == [503, 503]
        assert all(int(answer.headers["retry-after"]) > 0 for answer in asked)
        assert all("Try again in a moment" in answer.json()["message"] for answer in asked)
        stand.until(lambda: len(promises.refused) >= 20, 40, "nobody was refused")
        assert threads_of(web) <= threads + 4
        assert httpx.get(f"{base}/health", timeout=10).status_code == 200
        postgres.thaw()
        seen = len(promises.accepted)
        stand.until(lambda: len(promises.accepted) > seen + 50, 30, "no call kept afterwards")
    stand.wait_over(60)
    assert set(promises.refused) == {503}
    assert promises.unanswered == 0
    assert promises.slowest < SOON + SLACK
    assert broken_invariants(stand, promises=promises) == []


def test_callers_do_not_wait_for_a_locked_table(stand: Stand, postgres: OwnPostgres) -> None:
    stand.route("event", flow())
    base = stand.start_web()
    worker = stand.start_worker()
    stand.wait_for_workers(1)
    with stand.api(base) as api, calling(f"{base}/hooks/event", callers=4) as promises:
        stand.until(lambda: len(promises.accepted) > 20, 30, "no call kept")
        made = next(f for f in api.get("flows/").json()["results"] if "order" in f["name"])["id"]
        with postgres.admin() as admin, admin.transaction():
            admin.execute("LOCK TABLE runtime_run IN ACCESS EXCLUSIVE MODE")
            asked = api.post(f"flows/{made}/run/", json={"draft": True})
            assert asked.status_code == 503
            assert "Try again in a moment" in asked.json()["message"]
            stand.until(lambda: len(promises.refused) >= 4, 30, "nobody was refused")
        seen = len(promises.accepted)
        stand.until(lambda: len(promises.accepted) > seen + 20, 30, "no call kept afterwards")
    stand.wait_over(60)
    assert set(promises.refused) == {503}
    assert promises.slowest < SOON + SLACK
    assert broken_invariants(stand, promises=promises) == []
    assert worker.poll() is None


@pytest.mark.parametrize("postgres", [("max_connections=16",)], indirect=True)
def test_a_server_without_free_connections_is_waited_for(
    stand: Stand, postgres: OwnPostgres
) -> None:
    """Also by a worker that starts meanwhile; who has a session goes on."""
    stand.route("event", flow())
    address = f"{stand.start_web()}/hooks/event"
    first = stand.start_worker()
    stand.wait_for_workers(1)
    with calling(address, callers=4) as promises:
        stand.until(lambda: len(promises.accepted) > 20, 30, "no call kept")
        with all_sessions(postgres):
            second = stand.start_worker()
            seen = len(promises.accepted)
            stand.until(lambda: len(promises.accepted) > seen + 20, 30, "no call kept meanwhile")
            stand.until(lambda: "waits_for_database" in stand.log(), 30, "no worker waited")
        stand.wait_for_workers(2)
    stand.wait_over(30)
    assert (first.poll(), second.poll()) == (None, None)
    assert broken_invariants(stand, promises=promises) == []


@contextmanager
def all_sessions(postgres: OwnPostgres) -> Iterator[None]:
    """Hold every session there is to be had."""
    with ExitStack() as stack:
        try:
            while True:
                stack.enter_context(postgres.admin())
        except psycopg.OperationalError as error:
            assert "too many clients" in str(error)  # noqa: PT017
        yield
