"""Workers lose their sessions with the database, and go on as the workers they were."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.store.engine_process import start_engine
from tests.support.counter import counting_server
from tests.support.invariants import broken_invariants
from tests.support.stand import Stand, chain, node

ALL = 100


def crashes(stand: Stand) -> int:
    return int(stand.one("SELECT count(*) FROM runtime_run WHERE crashes > 0 OR isolated"))


@pytest.mark.parametrize("stand", ["postgresql"], indirect=True)
def test_workers_whose_sessions_are_ended_are_not_taken_for_dead(stand: Stand) -> None:
    """Also all at once, as when the server starts again: a sign of life is lost, not a worker."""
    chance = Random(seed := time.time_ns())
    print(f"seed {seed}")
    with counting_server(delay=0.1) as server:
        document = chain(
            node("start", "trigger.manual"),
            *[node(f"call_{i}", "test.call", {"url": server.url}) for i in range(8)],
            node("end", "data.set"),
        )
        # A lease that no busy machine lets run out: only signs of life are in question here.
        workers = [start_engine(stand, SEGUE_LEASE_SECONDS="30") for _ in range(2)]
        stand.wait_for_workers(2)
        try:
            for most in (1, ALL, ALL, ALL):
                stand.accept(document, 20)
                time.sleep(chance.uniform(0.1, 0.8))
                end_sessions(stand, most)
            stand.wait_over(30)
            time.sleep(1.0)  # two more sweeps: nobody is given up later either
            assert [worker.is_alive() for worker in workers] == [True, True]
        finally:
            for worker in workers:
                worker.kill()
                worker.join()
        assert stand.alive_workers() == 2
        assert stand.statuses() == {"succeeded": 80}
        assert crashes(stand) == 0
        assert sum(server.calls.values()) == 80 * 8
        assert broken_invariants(stand, server) == []


def end_sessions(stand: Stand, most: int) -> None:
    """End so many of the workers' sessions, any of them."""
    stand.db.run(
        "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE "
        "datname = current_database() AND application_name = 'segue-engine' "
        "AND pid <> pg_backend_pid() ORDER BY random() LIMIT %s) x",
        (most,),
    )


def test_a_worker_whose_database_was_away_claims_again(stand: Stand) -> None:
    """Away for longer than several heartbeats and tries to reach it again."""
    document = chain(node("start", "trigger.manual"), node("end", "data.set"))
    worker = start_engine(stand)
    stand.wait_for_workers(1)
    try:
        with database_away(stand):
            time.sleep(6.5 if not stand.db.for_update else 4.0)
        stand.accept(document, 3)
        stand.wait_over(20)
        assert worker.is_alive()
        lease = stand.db.seconds(stand.one("SELECT lease_until FROM runtime_worker"))
        stand.until(
            lambda: stand.db.seconds(stand.one("SELECT lease_until FROM runtime_worker")) != lease,
            10,
            "its lease is not renewed any more",
        )
    finally:
        worker.kill()
        worker.join()
    assert stand.alive_workers() == 1
    assert stand.statuses() == {"succeeded": 3}


@contextmanager
def database_away(stand: Stand) -> Iterator[None]:
    """Nobody else gets at it."""
    if not stand.db.for_update:
        with stand.db.transaction():
            yield
        return
    parts = urlsplit(stand.env["DATABASE_URL"])
    name = parts.path.lstrip("/")
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as line:
        line.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            end_sessions(stand, ALL)
            yield
        finally:
            line.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
