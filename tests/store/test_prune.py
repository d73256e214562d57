"""What is pruned and what stays, on both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from builder.launch import environment
from runtime.models.ids import uuid7
from runtime.retention import FOREVER, House, Wish, house_rule
from runtime.store import crash_points
from runtime.store.connect import connect
from runtime.store.payloads import drop_unused
from runtime.store.prefill import NotKeptError, Prefill, copy_journal
from runtime.store.prune import ROWS_AT_ONCE
from runtime.store.tables import PAYLOADS
from runtime.worker.pruner import Pruned, Pruning
from tests.store.engine_process import start_engine
from tests.store.prune_process import start_pruning
from tests.support.past import KEEP_ALL, left, orphans, past_payload, past_runs, prune
from tests.support.servers import fresh_database
from tests.support.stand import WORKSPACE, Stand, chain, node

FLOW = uuid7()
MONTH = replace(KEEP_ALL, finished=30)
START = chain(node("start", "trigger.manual"), node("set", "data.set"))


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
        made = Stand(tmp_path_factory.mktemp("prune"), database, module_redis_url)
        stack.callback(made.close)
        yield made


@pytest.fixture
def stand(kept: Stand) -> Stand:
    """A database without the rows of others."""
    tables = ("step", "attempt", "logline", "wait", "delivery", "payload", "run", "worker")
    with kept.db.transaction():
        for table in (*tables, "retention", "route", "snapshot"):
            kept.db.run(f"DELETE FROM runtime_{table}")  # noqa: S608
    return kept


def ask(stand: Stand, flow: UUID, **wish: Any) -> None:
    """What the flow asks for."""
    columns = {"finished": None, "failed": None, "test": None, "runs": None, **wish}
    with stand.db.transaction():
        stand.db.run(
            "INSERT INTO runtime_retention (flow_id, workspace_id, finished_days, failed_days, "
            "test_days, most_runs, changed_at) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                stand.db.id(flow),
                stand.db.id(WORKSPACE),
                *columns.values(),
                stand.db.time(time.time()),
            ),
        )


# -- the rule ----------------------------------------------------------------------------------

RULES = [
    (House(), Wish(), (30, 90, 7, None)),
    (House(), Wish(finished=5, failed=FOREVER, runs=100), (5, None, 7, 100)),
    (House(finished=FOREVER), Wish(), (None, 90, 7, None)),
    (House(at_most=60), Wish(finished=FOREVER, test=365), (60, 60, 60, None)),
    (House(at_least=14), Wish(finished=1), (14, 90, 14, None)),
    (House(at_least=14, runs=1000), Wish(failed=FOREVER), (30, None, 14, 1000)),
]


@pytest.mark.parametrize(("house", "wish", "wanted"), RULES)
def test_a_flow_gets_what_it_asks_for_within_bounds(
    house: House, wish: Wish, wanted: tuple[float | None, ...]
) -> None:
    rule = house.rule(wish)
    assert (rule.finished, rule.failed, rule.test, rule.runs) == wanted


def test_the_server_says_its_rule_by_variables() -> None:
    said = {"SEGUE_KEEP_DAYS": "0", "SEGUE_KEEP_TEST_DAYS": "0.5", "SEGUE_KEEP_RUNS": "10"}
    assert house_rule(said) == House(finished=FOREVER, test=0.5, runs=10)
    assert house_rule({}) == House()
    for wrong in ("a month", "-1", "nan"):
        with pytest.raises(ValueError, match="SEGUE_KEEP_DAYS"):
            house_rule({"SEGUE_KEEP_DAYS": wrong})


# -- what goes ---------------------------------------------------------------------------------


def test_each_kind_has_its_time(stand: Stand) -> None:
    ask(stand, FLOW, finished=10, failed=40, test=2)
    stays = [
        *past_runs(stand, 2, days=9, flow_id=FLOW),
        *past_runs(stand, 2, days=39, flow_id=FLOW, status="failed"),
        *past_runs(stand, 2, days=1, flow_id=FLOW, mode="test"),
        *past_runs(stand, 2, days=100, flow_id=uuid7()),
        *past_runs(stand, 2, days=100),
    ]
    past_runs(stand, 3, days=11, flow_id=FLOW)
    past_runs(stand, 1, days=11, flow_id=FLOW, status="cancelled")
    past_runs(stand, 2, days=41, flow_id=FLOW, status="failed")
    past_runs(stand, 1, days=41, flow_id=FLOW, status="timed_out")
    past_runs(stand, 2, days=3, flow_id=FLOW, mode="test", status="failed")
    assert prune(stand) == Pruned(runs=9)
    assert left(stand) == set(stays)
    assert orphans(stand) == {}


@pytest.mark.parametrize("status", ["queued", "running", "waiting"])
def test_what_is_under_way_never_goes(stand: Stand, status: str) -> None:
    runs = past_runs(stand, 2, days=400, status=status, flow_id=FLOW)
    ask(stand, FLOW, finished=1, failed=1, test=1, runs=1)
    past_runs(stand, 1, days=0.1, flow_id=FLOW)
    prune(stand, House(1, 1, 1))
    assert left(stand) >= set(runs)


def test_a_child_stays_while_its_parent_is_under_way(stand: Stand) -> None:
    (parent,) = past_runs(stand, days=50, status="waiting")
    (child,) = past_runs(stand, days=45, parent_run_id=parent)
    (gone,) = past_runs(stand, days=45, parent_run_id=uuid7())
    prune(stand, MONTH)
    assert left(stand) == {parent, child}
    end(stand, parent)
    prune(stand, MONTH)
    assert left(stand) == {parent}
    assert gone not in left(stand)


def test_a_run_stays_while_another_is_answered_with_what_it_recorded(stand: Stand) -> None:
    (recorded,) = past_runs(stand, days=50)
    (replaying,) = past_runs(stand, days=40, status="waiting", replays=recorded)
    prune(stand, MONTH)
    assert left(stand) == {recorded, replaying}
    end(stand, replaying)
    prune(stand, MONTH)
    assert left(stand) == {replaying}


def test_nothing_is_copied_from_a_run_that_is_gone(stand: Stand) -> None:
    (old,), (new,) = past_runs(stand, days=40), past_runs(stand, days=0, steps=0)
    copy = Prefill(old, 2, steps=(0, 1))
    with stand.db.transaction():
        copy_journal(stand.db, new, copy)
    (other,) = past_runs(stand, days=0, steps=0)
    prune(stand, MONTH)
    with pytest.raises(NotKeptError), stand.db.transaction():
        copy_journal(stand.db, other, copy)
    assert left(stand) == {new, other}
    steps = "SELECT count(*) FROM runtime_step WHERE run_id = %s"
    assert stand.one(steps, (stand.db.id(new),)) == 2


def end(stand: Stand, run: UUID) -> None:
    """As if it had succeeded now."""
    with stand.db.transaction():
        stand.db.run(
            "UPDATE runtime_run SET status = 'succeeded', finished_at = %s WHERE id = %s",
            (stand.db.time(time.time()), stand.db.id(run)),
        )


def test_only_the_newest_of_a_flow_are_kept(stand: Stand) -> None:
    ask(stand, FLOW, runs=3)
    old = past_runs(stand, 5, days=2, flow_id=FLOW)
    new = past_runs(stand, 3, days=1, flow_id=FLOW)
    others = past_runs(stand, 5, days=2, flow_id=uuid7())
    work = Pruning(KEEP_ALL, lambda _: False)
    assert work.run(stand.db).runs == len(old)
    assert left(stand) == {*new, *others}
    newer = past_runs(stand, 1, days=0, flow_id=FLOW)
    assert work.run(stand.db).runs == 1
    assert left(stand) == {*sorted(new)[1:], *newer, *others}


def test_a_shorter_time_holds_at_once(stand: Stand) -> None:
    runs = past_runs(stand, 3, days=20, flow_id=FLOW)
    work = Pruning(MONTH, lambda _: False)
    assert work.run(stand.db).runs == 0
    ask(stand, FLOW, finished=19)
    assert work.run(stand.db).runs == len(runs)


def test_a_run_that_ended_late_is_found_later(stand: Stand, monkeypatch: Any) -> None:
    (late,) = past_runs(stand, days=31, status="waiting", flow_id=FLOW)
    past_runs(stand, 3, days=31, flow_id=FLOW)
    work = Pruning(MONTH, lambda _: False)
    assert work.run(stand.db).runs == 3
    with stand.db.transaction():
        stand.db.run(
            "UPDATE runtime_run SET status = 'succeeded', finished_at = %s WHERE id = %s",
            (stand.db.time(time.time() - 30.5 * 86_400), stand.db.id(late)),
        )
    assert work.run(stand.db).runs == 0
    monkeypatch.setattr(work, "_everything_at", 0.0)
    assert work.run(stand.db).runs == 1


def test_a_delivery_key_outlives_its_run(stand: Stand) -> None:
    (run,) = past_runs(stand, days=40)
    with stand.db.transaction():
        stand.db.run(
            "INSERT INTO runtime_delivery (scope, key, fingerprint, run_id, expires_at) "
            "VALUES (%s, 'key', 'f', %s, %s)",
            (stand.db.id(WORKSPACE), stand.db.id(run), stand.db.time(time.time() + 60)),
        )
    prune(stand, MONTH)
    assert left(stand) == set()
    assert stand.one("SELECT count(*) FROM runtime_delivery") == 1, (
        "the same event never runs twice"
    )


def test_a_run_with_very_many_rows_goes_piece_by_piece(stand: Stand) -> None:
    past_runs(stand, days=40, steps=ROWS_AT_ONCE, flow_id=FLOW)
    pauses: list[float] = []

    def pause(seconds: float) -> bool:
        pauses.append(seconds)
        return False

    assert Pruning(MONTH, pause).run(stand.db).runs == 1
    assert len(pauses) > 3
    assert orphans(stand) == {}


# -- large values and graphs -------------------------------------------------------------------


def payloads(stand: Stand) -> set[str]:
    return {row[0] for row in stand.db.run("SELECT sha256 FROM runtime_payload")}


def test_a_large_value_stays_as_long_as_a_run_refers_to_it(stand: Stand) -> None:
    shared, own, other = (past_payload(stand, digest * 64) for digest in "abc")
    past_runs(stand, 2, days=40, payload=shared)
    past_runs(stand, 1, days=40, payload=own)
    past_runs(stand, 1, days=40, payload=other)
    (late,) = past_runs(stand, days=20, payload=shared)
    past_payload(stand, other, uuid7())
    prune(stand, MONTH)
    assert left(stand) == {late}
    assert payloads(stand) == {shared, other}
    assert stand.one("SELECT count(*) FROM runtime_payload") == 2, "another workspace's stays"
    prune(stand, replace(MONTH, finished=10))
    assert payloads(stand) == {other}


@pytest.mark.parametrize("first", ["commit", "prune"])
def test_a_value_that_is_used_again_at_that_moment_stays(stand: Stand, first: str) -> None:
    digest = past_payload(stand, "d" * 64)
    (old,) = past_runs(stand, days=40, payload=digest)
    (new,) = past_runs(stand, days=1, payload=None)
    reference = f'{{"$payload":"{digest}"}}'
    row = {
        "workspace_id": str(WORKSPACE), "sha256": digest, "data": b"large", "size": 5,
        "created_at": "2026-01-01T00:00:00+00:00",
    }  # fmt: skip
    begun, done = threading.Event(), threading.Event()

    def commit() -> None:
        db = connect(stand.settings)
        with db.transaction():
            from runtime.store.dialect import Binary

            db.insert(PAYLOADS, [{**row, "data": Binary(b"large")}])
            if first == "commit":
                begun.set()
                done.wait(0.5)  # the other one waits for us, so this never comes
            db.run(
                "UPDATE runtime_step SET output = %s WHERE run_id = %s AND node = 'n1'",
                (reference, db.id(new)),
            )
        db.close()

    def drop() -> None:
        db = connect(stand.settings)
        with db.transaction():
            db.run("UPDATE runtime_step SET output = '{}' WHERE run_id = %s", (db.id(old),))
            drop_unused(db, {(WORKSPACE, digest)})
            if first == "prune":
                begun.set()
                done.wait(0.5)
        db.close()

    works = (commit, drop) if first == "commit" else (drop, commit)
    threads = [threading.Thread(target=work) for work in works]
    threads[0].start()
    assert begun.wait(5)
    threads[1].start()
    for thread in threads:
        thread.join(10)
    done.set()
    assert payloads(stand) == {digest}


def snapshot(stand: Stand, days: float, *, published: bool = False) -> UUID:
    made = uuid7()
    then = stand.db.time(time.time() - days * 86_400)
    with stand.db.transaction():
        stand.db.run(
            "INSERT INTO runtime_snapshot (id, workspace_id, sha256, document, created_at, "
            "published, used_at) VALUES (%s, %s, %s, '{}', %s, %s, %s)",
            (stand.db.id(made), stand.db.id(WORKSPACE), made.hex, then, published, then),
        )
    return made


def test_graphs_go_when_nobody_can_run_them_any_more(stand: Stand) -> None:
    unused, fresh = snapshot(stand, 3), snapshot(stand, 0.5)
    published, in_use, used = snapshot(stand, 99, published=True), snapshot(stand, 99), None
    used = snapshot(stand, 99)
    past_runs(stand, 3, days=5, snapshot=in_use)
    past_runs(stand, 3, days=40, snapshot=used)
    assert prune(stand, MONTH) == Pruned(runs=3, snapshots=2)
    rows = stand.db.run("SELECT id FROM runtime_snapshot")
    assert {stand.db.uuid(row[0]) for row in rows} == {fresh, published, in_use}
    assert unused != used


# -- beside others -----------------------------------------------------------------------------


def test_one_at_a_time(stand: Stand) -> None:
    one, other = connect(stand.settings), connect(stand.settings)
    assert one.hold_alone("prune")
    assert one.hold_alone("prune")
    assert not other.hold_alone("prune")
    one.close()
    stand.until(lambda: other.hold_alone("prune"), 5, "the lock was not freed")
    other.close()


@pytest.mark.parametrize("label", crash_points.PRUNE)
def test_killed_in_the_middle_nothing_is_half_there(stand: Stand, label: str) -> None:
    digest = past_payload(stand, "e" * 64)
    past_runs(stand, 300, days=40, payload=digest)
    (stays,) = past_runs(stand, days=1)
    died = start_pruning(stand, f"{label}:3")
    died.join(30)
    assert died.exitcode == crash_points.EXIT_CODE
    assert orphans(stand) == {}
    steps = "SELECT count(*) FROM runtime_step"
    assert stand.one(steps) == 2 * len(left(stand)), "a run is there with all its steps, or not"
    prune(stand, MONTH)
    assert left(stand) == {stays}
    assert payloads(stand) == set()


def test_runs_are_made_and_end_while_others_are_pruned(stand: Stand) -> None:
    past_runs(stand, 2000, days=40)
    pruning, engine = start_pruning(stand), start_engine(stand)
    try:
        runs = [run for _ in range(10) for run in stand.accept(START, 30)]
        stand.until(lambda: left(stand) == set(runs), 40, "the old runs are still there")
        stand.wait_over(30)
    finally:
        for process in (pruning, engine):
            process.kill()
            process.join()
    assert stand.statuses() == {"succeeded": len(runs)}
    assert orphans(stand) == {}


def test_a_worker_prunes_by_itself(stand: Stand) -> None:
    past_runs(stand, 20, days=40)
    (stays,) = past_runs(stand, days=1)
    worker = stand.start_worker(SEGUE_PRUNE_SECONDS="0.2")
    stand.until(lambda: left(stand) == {stays}, 40, "the old runs are still there")
    stand.kill(worker)
