"""Flows that run other flows, and flows that hear of failures: each once, whatever dies."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from runtime.graph.document import Document
from runtime.models.ids import uuid7
from runtime.store.cancel import cancel
from tests.support.invariants import broken_invariants
from tests.support.stand import WORKSPACE, Stand, chain, node


@pytest.fixture(params=["sqlite", "postgresql"])
def stand(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Iterator[Stand]:
    """A database of the test's own, with a worker."""
    database = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    made = Stand(tmp_path / "data", database, redis_url)
    try:
        made.start_worker()
        made.wait_for_workers(1)
        yield made
    finally:
        made.close()


def enter(stand: Stand, document: Document, kind: str = "called", **settings: Any) -> UUID:
    """Publish a document that others set off by its first step; returns the flow."""
    flow = uuid7()
    values = (
        stand.db.id(uuid7()), stand.db.id(WORKSPACE), stand.db.id(flow), "Other", kind, "live",
        True, stand.db.id(stand.snapshot(document)), 1, document.nodes[0].key, json.dumps(settings),
    )  # fmt: skip
    with stand.db.transaction():
        stand.db.run(
            "INSERT INTO runtime_entry (id, workspace_id, flow_id, flow_name, kind, mode, live, "
            "snapshot_id, version, node, settings) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            values,
        )
    return flow


def called(*steps: dict[str, Any]) -> Document:
    return chain(node("begin", "trigger.called"), *steps)


def caller(flow: UUID, *, policy: dict[str, Any] | None = None, wait: bool = True) -> Document:
    call = node("call", "flow.call", {"flow": str(flow), "wait": wait})
    if policy:
        call["policy"] = policy
    return chain(node("start", "trigger.manual"), call, node("end", "data.set"))


def add(name: str, value: str) -> dict[str, Any]:
    return node("add", "data.set", {"fields": [{"name": name, "value": value}]})


def children(stand: Stand, parent: UUID) -> list[tuple[UUID, str]]:
    rows = stand.db.run(
        "SELECT id, status FROM runtime_run WHERE parent_run_id = %s ORDER BY id",
        (stand.db.id(parent),),
    )
    return [(run, status) for raw, status in rows if (run := stand.db.uuid(raw)) is not None]


def state(stand: Stand, run: UUID) -> tuple[str, Any, str]:
    sql = "SELECT status, output, reason FROM runtime_run WHERE id = %s"
    status, output, reason = stand.db.run(sql, (stand.db.id(run),))[0]
    return status, json.loads(output) if output else None, reason or ""


def test_a_flow_goes_on_with_what_the_other_returns(stand: Stand) -> None:
    other = enter(stand, called(add("double", "{{ input.n }}{{ input.n }}")))
    (run,) = stand.accept(caller(other), items=[{"n": 4}, {"n": 5}])
    stand.wait_over(20)
    assert state(stand, run)[:2] == (
        "succeeded",
        [{"n": 4, "double": "44"}, {"n": 5, "double": "55"}],
    )
    assert [status for _, status in children(stand, run)] == ["succeeded"]
    assert broken_invariants(stand) == []


def test_a_flow_that_fails_fails_the_step_and_each_try_is_a_run_of_its_own(stand: Stand) -> None:
    code = node("bad", "code.python", {"code": "1 / 0"})
    other = enter(stand, called(code))
    (run,) = stand.accept(
        caller(other, policy={"retry": {"attempts": 3, "delay_seconds": 0.01}}), items=[{}]
    )
    stand.wait_over(30)
    status, _, reason = state(stand, run)
    assert status == "failed"
    assert "did not succeed" in reason
    assert [status for _, status in children(stand, run)] == ["failed"] * 3
    assert broken_invariants(stand) == []


def test_a_killed_worker_starts_no_second_run_of_the_other_flow(stand: Stand) -> None:
    other = enter(stand, called(node("pause", "test.pause", {"seconds": 0.3}), add("seen", "yes")))
    parents = stand.accept(caller(other), count=20, items=[{"n": 1}])
    begun = "SELECT count(*) FROM runtime_run WHERE parent_run_id IS NOT NULL"
    for most in (1, 10):
        stand.until(lambda most=most: stand.one(begun) >= most, 20, "no call")
        stand.workers[-1].kill()
        stand.start_worker()
    stand.wait_over(60)
    assert stand.statuses() == {"succeeded": 40}
    assert {len(children(stand, parent)) for parent in parents} == {1}
    assert broken_invariants(stand) == []


def test_who_stops_a_flow_stops_those_it_waits_for(stand: Stand) -> None:
    waiting = node("wait", "flow.wait", {"until": "time", "seconds": 3000})
    other = enter(stand, called(waiting))
    (run,) = stand.accept(caller(other), items=[{}])
    (alone,) = stand.accept(caller(other, wait=False), items=[{}])
    stand.until(lambda: state(stand, alone)[0] == "succeeded", 20, "it waited")
    stand.until(lambda: state(stand, run)[0] == "waiting", 20, "it did not wait")
    with stand.db.transaction():
        cancel(stand.db, [run], by="Ada")
    stand.until(
        lambda: [status for _, status in children(stand, run)] == ["cancelled"], 20, "not stopped"
    )
    assert [status for _, status in children(stand, alone)] == ["waiting"]


def test_flows_that_call_one_another_in_a_circle_end_in_words(stand: Stand) -> None:
    flow = uuid7()
    document = called(node("call", "flow.call", {"flow": str(flow)}))
    entered = enter(stand, document)
    with stand.db.transaction():
        stand.db.run(
            "UPDATE runtime_entry SET flow_id = %s WHERE flow_id = %s",
            (stand.db.id(flow), stand.db.id(entered)),
        )
    (run,) = stand.accept(caller(flow), items=[{}])
    stand.wait_over(60)
    assert stand.statuses() == {"failed": 11}
    assert "did not succeed" in state(stand, run)[2]
    deepest = stand.one("SELECT reason FROM runtime_run WHERE reason LIKE '%%in a row%%' LIMIT 1")
    assert "as deep as they may" in deepest


UNFIT = [
    ("gone", "gone, or has no step"),
    ("off", "switched off"),
    ("of others", "gone, or has no step"),
]


@pytest.mark.parametrize(("what", "said"), UNFIT)
def test_a_flow_that_cannot_be_called_is_named(stand: Stand, what: str, said: str) -> None:
    flow = enter(stand, called(add("x", "1")))
    change = {"off": "live = %s", "of others": "workspace_id = %s", "gone": "kind = %s"}[what]
    value = {"off": False, "of others": stand.db.id(UUID(int=8)), "gone": "failure"}[what]
    with stand.db.transaction():
        stand.db.run(f"UPDATE runtime_entry SET {change}", (value,))  # noqa: S608
    (run,) = stand.accept(caller(flow), items=[{}])
    stand.wait_over(20)
    status, _, reason = state(stand, run)
    assert (status, said in reason) == ("failed", True)


def failing() -> Document:
    return chain(node("start", "trigger.manual"), node("bad", "code.python", {"code": "1 / 0"}))


def test_a_flow_hears_of_each_failure_once(stand: Stand) -> None:
    """Two workers look; runs of tests, of itself and of its own kind are no failures for it."""
    heard = chain(node("begin", "trigger.failure"), add("known", "{{ input.step }}"))
    listener = enter(stand, heard, "failure")
    of_one = uuid7()
    only = enter(stand, heard, "failure", flow=str(of_one))
    broken = chain(node("begin", "trigger.failure"), node("bad", "code.python", {"code": "1 / 0"}))
    enter(stand, broken, "failure", flow=str(of_one))
    stand.start_worker()
    failed = stand.accept(failing(), count=5, flow_id=uuid7())
    chosen = stand.accept(failing(), count=2, flow_id=of_one)
    stand.accept(failing(), flow_id=uuid7(), mode="test")
    stand.accept(failing(), flow_id=listener)

    def told(flow: UUID) -> list[str]:
        sql = "SELECT input FROM runtime_run WHERE trigger_kind = 'failure' AND flow_id = %s"
        rows = stand.db.run(sql, (stand.db.id(flow),))
        return sorted(json.loads(row[0])[0]["json"]["run"] for row in rows)

    wanted = sorted(str(run) for run in (*failed, *chosen))
    stand.until(lambda: told(listener) == wanted, 20, "not all were told")
    stand.until(lambda: told(only) == sorted(map(str, chosen)), 20, "not all were told")
    time.sleep(2)  # some sweeps, in which nothing may be told twice
    stand.wait_over(20)
    assert told(listener) == wanted
    told_at_all = "SELECT count(*) FROM runtime_run WHERE trigger_kind = 'failure'"
    assert stand.one(told_at_all) == 7 + 2 + 2  # and nobody hears that a listener failed
