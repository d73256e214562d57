"""Each safeguard switched off once: what it is for must break, or its own test proves nothing."""

import time
from collections.abc import Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from uuid import UUID

import pytest

from runtime.engine.rows import StepRow
from runtime.graph.document import Document
from runtime.models.ids import uuid7
from runtime.store import leases
from runtime.store.batch import Owned
from runtime.store.claims import claim_runs
from runtime.store.commit import FencedError, commit_rows
from runtime.store.watch import Watch
from runtime.worker.options import options_from_environment
from tests.store.engine_process import start_engine
from tests.support.counter import counting_server
from tests.support.stand import Stand, chain, node


@pytest.fixture(params=["sqlite", "postgresql"])
def stand(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Iterator[Stand]:
    """A database of the test's own."""
    database = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    made = Stand(tmp_path / "data", database, redis_url)
    try:
        yield made
    finally:
        made.close()


def end(process: ForkServerProcess) -> None:
    process.kill()
    process.join()


def document(*steps: dict[str, object]) -> Document:
    return chain(node("start", "trigger.manual"), *steps)


@pytest.mark.parametrize("switch", ["fence", "intents", "sweeps", "epochs", "isolation", "frozen"])
def test_every_safeguard_has_a_switch(switch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert getattr(options_from_environment(), switch) is True
    monkeypatch.setenv(f"SEGUE_ENGINE_{switch.upper()}", "0")
    assert getattr(options_from_environment(), switch) is False


# -- the fence ---------------------------------------------------------------------------------


def worker(stand: Stand) -> UUID:
    me = leases.Incarnation(uuid7(), 0, "")
    now = stand.db.now()
    with stand.db.transaction():
        stand.db.run(
            "INSERT INTO runtime_worker (id, lock_key, lease_until, dead, host, pid, version, "
            "started_at) VALUES (%s, 0, %s, %s, 'test', 1, '', %s)",
            (stand.db.id(me.id), stand.db.time(now + 60), False, stand.db.time(now)),
        )
    return me.id


def claim(stand: Stand, me: UUID, run: UUID) -> Owned:
    claims = claim_runs(stand.db, me, ids=[run], limit=1)
    return {claim.id: (claim.epoch, claim.workspace_id) for claim in claims}


def reaped(stand: Stand, reaper: UUID, *, isolation: bool = True) -> list[UUID]:
    """What a worker takes that watches the others for two leases."""
    steady = [0.0]
    watch, taken = Watch(leases.LEASE_SECONDS, lambda: steady[0]), list[UUID]()
    while not taken and steady[0] < 2 * leases.LEASE_SECONDS:
        steady[0] += leases.LEASE_SECONDS / 3.5
        taken = leases.reap(stand.db, reaper, watch, isolation=isolation)
    return taken


def result(run: UUID, seq: int) -> StepRow:
    now = time.time()
    return StepRow(run, "end", "", seq, "succeeded", output=b"{}", started_at=now, finished_at=now)


def results_of(stand: Stand, run: UUID) -> int:
    sql = "SELECT count(*) FROM runtime_step WHERE run_id = %s"
    return int(stand.one(sql, (stand.db.id(run),)))


def test_without_the_fence_a_worker_that_was_given_up_still_writes(stand: Stand) -> None:
    run = stand.accept(document())[0]
    frozen, reaper = worker(stand), worker(stand)
    owned = claim(stand, frozen, run)
    assert run in reaped(stand, reaper)  # frozen for longer than its lease
    assert claim(stand, reaper, run)
    with pytest.raises(FencedError):
        commit_rows(stand.db, frozen, owned, [result(run, 1)])
    assert results_of(stand, run) == 0
    commit_rows(stand.db, frozen, owned, [result(run, 1)], fence=False)
    assert results_of(stand, run) == 1


def test_without_epochs_rows_of_an_older_claim_are_accepted(stand: Stand) -> None:
    run = stand.accept(document())[0]
    me = worker(stand)
    older = claim(stand, me, run)
    leases.hand_back(stand.db, me, [run])
    newer = claim(stand, me, run)
    assert newer[run][0] == older[run][0] + 1
    assert commit_rows(stand.db, me, older, [result(run, 1)]) == {run}
    assert results_of(stand, run) == 0
    assert commit_rows(stand.db, me, older, [result(run, 1)], epochs=False) == set()
    assert results_of(stand, run) == 1


# -- intents -----------------------------------------------------------------------------------


@pytest.mark.chaos
@pytest.mark.parametrize(("intents", "unannounced"), [("1", 0), ("0", 1)])
def test_without_intents_a_call_is_made_that_nobody_knows_of(
    stand: Stand, intents: str, unannounced: int
) -> None:
    """The database holds its breath between the claim and the call; then the worker is killed."""
    with counting_server() as server:
        flow = document(
            node("pause", "test.pause", {"seconds": 1.0}),
            node("call", "test.call", {"url": server.url}),
        )
        stand.accept(flow)
        engine = start_engine(stand, SEGUE_ENGINE_INTENTS=intents)
        begun = "SELECT count(*) FROM runtime_attempt WHERE node = 'pause'"
        stand.until(lambda: stand.one(begun) == 1, 15, "the run did not begin")
        with stand.db.transaction():
            if stand.db.for_update:
                stand.db.run("LOCK TABLE runtime_attempt IN ACCESS EXCLUSIVE MODE")
            time.sleep(2.0)
            end(engine)
            stand.forget_sessions()
        known = stand.one("SELECT count(*) FROM runtime_attempt WHERE node = 'call'")
        assert sum(server.calls.values()) - known == unannounced


# -- the sweep ---------------------------------------------------------------------------------


@pytest.mark.chaos
@pytest.mark.parametrize(("sweeps", "status"), [("1", "succeeded"), ("0", "queued")])
def test_without_the_sweep_a_run_whose_hint_was_lost_never_starts(
    stand: Stand, sweeps: str, status: str
) -> None:
    engine = start_engine(stand, SEGUE_ENGINE_SWEEPS=sweeps)
    stand.wait_for_workers(1)
    time.sleep(0.5)  # its first look at the queue is over
    stand.accept(document())  # nobody sends the hint
    until = time.monotonic() + 5
    while time.monotonic() < until and stand.unfinished():
        time.sleep(0.1)
    end(engine)
    assert stand.statuses() == {status: 1}


# -- one event, one run ------------------------------------------------------------------------


def test_without_dedupe_one_event_becomes_two_runs(stand: Stand) -> None:
    flow = document()
    for number in range(2):
        stand.accept(flow, delivery=(UUID(int=1), "event 1", "f"))
        assert stand.statuses() == {"queued": 1}, f"delivery {number}"
    stand.accept(flow, delivery=(UUID(int=1), "event 1", "f"), dedupe=False)
    assert stand.statuses() == {"queued": 2}


# -- frozen params -----------------------------------------------------------------------------


@pytest.mark.parametrize(("frozen", "bodies"), [("1", 1), ("0", 2)])
def test_without_frozen_params_a_retry_sends_another_body_under_the_same_key(
    stand: Stand, frozen: str, bodies: int
) -> None:
    flow = document(
        node(
            "send",
            "test.fail",
            {"until": 2, "message": "at {{ now }}"},  # in whole seconds
            policy={"retry": {"attempts": 2, "delay_seconds": 1.2, "jitter": "none"}},
        )
    )
    stand.accept(flow)
    engine = start_engine(stand, SEGUE_ENGINE_FROZEN=frozen)
    try:
        stand.wait_over(20)
    finally:
        end(engine)
    sent = stand.db.run("SELECT number, params FROM runtime_attempt WHERE node = 'send'")
    assert sorted(number for number, _ in sent) == [1, 2]
    assert len({str(params) for _, params in sent}) == bodies


# -- poison is kept apart ----------------------------------------------------------------------


def crash(stand: Stand, *, alone: bool, isolation: bool) -> set[UUID]:
    """A worker takes what it is given, and dies of it; returns what it had taken."""
    victim, reaper = worker(stand), worker(stand)
    claims = claim_runs(stand.db, victim, ids=None, limit=1 if alone else 10, alone=alone)
    reaped(stand, reaper, isolation=isolation)
    return {claim.id for claim in claims}


@pytest.mark.parametrize("isolation", [True, False])
def test_without_isolation_poison_takes_others_down_for_ever(
    stand: Stand, *, isolation: bool
) -> None:
    poison, innocent = stand.accept(document(), 2)
    for _ in range(leases.CRASHES_BEFORE_ALONE):
        assert crash(stand, alone=False, isolation=isolation) == {poison, innocent}
    again = crash(stand, alone=False, isolation=isolation)
    assert again == (set() if isolation else {poison, innocent})
    for _ in range(leases.CRASHES_ALONE):
        assert len(crash(stand, alone=True, isolation=isolation)) == isolation
    ended = {"failed": 1, "queued": 1} if isolation else {"queued": 2}
    assert stand.statuses() == ended
