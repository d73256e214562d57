"""Workers are killed, frozen and stopped in the middle; nothing is lost, nothing recorded twice.

Rows 1, 2, 5 and 12 of the fault matrix (docs/operators/faults.md).
"""

import os
import signal
import time
from random import Random

import pytest

from runtime.engine.words import LOST_WHY
from runtime.sdk import OnUnknown
from tests.support.counter import CountingServer, counting_server
from tests.support.invariants import broken_invariants
from tests.support.stand import Stand, chain, node


def calls(url: str, count: int = 3) -> list[dict[str, object]]:
    return [node(f"call_{i}", "test.call", {"url": url}) for i in range(count)]


def check_calls_against_attempts(stand: Stand, server: CountingServer) -> None:
    """Every call was announced by an attempt row before it was made, and made once.

    An attempt that has no call belongs to a worker that died between the two.
    """
    rows = stand.db.run("SELECT run_id, node, iteration, item, number, status FROM runtime_attempt")
    attempts = {
        (f"{stand.db.uuid(run)}/{key}/{at}/{item}", str(number)): status
        for run, key, at, item, number, status in rows
    }
    assert set(server.calls) <= set(attempts)
    assert set(server.calls.values()) == {1}
    unmade = {status for key, status in attempts.items() if key not in server.calls}
    assert unmade <= {"lost"}


def test_hundreds_of_runs_survive_one_kill_after_another(stand: Stand, *, long_form: bool) -> None:
    """Each kill hits a worker that holds several runs, also those that hold suspected ones."""
    runs, kills = (500, 10) if long_form else (200, 4)
    several = {"SEGUE_MAX_ACTIVE_RUNS": "150"}
    with counting_server(delay=0.4) as server:
        document = chain(node("start", "trigger.manual"), *calls(server.url))
        stand.accept(document, runs)
        stand.start_worker(**several)
        stand.start_worker(**several)
        for number in range(kills):
            victim = stand.busiest(at_least=2)
            time.sleep(
                0.5 * number / kills
            )  # from right after its claims to after its first answers
            os.kill(victim, signal.SIGKILL)
            if stand.was_started_here(victim):
                stand.start_worker(**several)
        stand.wait_over(90)
        assert stand.statuses() == {"succeeded": runs}
        steps = stand.one("SELECT count(*) FROM runtime_step WHERE status = 'succeeded'")
        assert steps == runs * 4
        doubled = stand.one(
            "SELECT count(*) FROM (SELECT run_id, node, item FROM runtime_attempt "
            "WHERE status = 'succeeded' GROUP BY run_id, node, item HAVING count(*) > 1) x"
        )
        assert doubled == 0
        check_calls_against_attempts(stand, server)


@pytest.mark.parametrize("told", [False, True], ids=["killed", "told to stop, then killed"])
def test_another_worker_does_again_what_was_cut_off_and_marks_it(
    stand: Stand, *, told: bool
) -> None:
    chance = Random(seed := time.time_ns())
    print(f"seed {seed}")
    with counting_server(delay=15.0) as server:
        document = chain(
            node("start", "trigger.manual"),
            node("call", "test.call", {"url": server.url}),
            node("end", "data.set"),
        )
        victim = stand.start_worker()
        stand.wait_for_workers(1)
        stand.accept(document, 20)
        stand.until(lambda: len(server.calls) >= 20, 20, "no call came")
        stand.start_worker()
        stand.wait_for_workers(2)
        server.delay = 0.1
        if told:
            victim.send_signal(signal.SIGTERM)
            time.sleep(chance.uniform(0.2, 1.0))
        began = time.monotonic()
        stand.kill(victim)
        stand.wait_over(30)
        print(f"all over {time.monotonic() - began:.2f} s after the kill")
        assert stand.statuses() == {"succeeded": 20}
        lost = stand.db.run("SELECT number, why FROM runtime_attempt WHERE status = 'lost'")
        assert [int(number) for number, _ in lost] == [1] * 20
        assert {str(why) for _, why in lost} == {LOST_WHY[OnUnknown.RETRY]}
        assert broken_invariants(stand, server) == []


def test_a_frozen_worker_is_fenced_when_it_wakes(stand: Stand) -> None:
    with counting_server(delay=1.0) as server:
        document = chain(node("start", "trigger.manual"), *calls(server.url, 2))
        frozen = stand.start_worker(SEGUE_ENGINE_SWEEPS="1")
        stand.wait_for_workers(1)
        stand.accept(document, 20)
        stand.until(lambda: len(server.calls) >= 20, 10, "no call came")
        os.kill(frozen.pid, signal.SIGSTOP)
        stand.start_worker()
        stand.wait_over(40)
        os.kill(frozen.pid, signal.SIGCONT)
        assert frozen.wait(20) == 70
        assert stand.statuses() == {"succeeded": 20}
        twice = stand.one("SELECT count(*) FROM runtime_step WHERE status <> 'succeeded'")
        assert twice == 0


def test_sigterm_hands_runs_on_without_losing_any(stand: Stand) -> None:
    with counting_server(delay=0.2) as server:
        document = chain(
            node("start", "trigger.manual"),
            node("wait", "test.pause", {"seconds": 0.3}),
            *calls(server.url, 3),
        )
        first = stand.start_worker()
        stand.wait_for_workers(1)
        stand.accept(document, 100)
        stand.until(lambda: len(server.calls) >= 50, 15, "no call came")
        first.send_signal(signal.SIGTERM)
        stand.start_worker()
        assert first.wait(30) == 0
        stand.wait_over(30)
        assert stand.statuses() == {"succeeded": 100}
        crashes = stand.one("SELECT count(*) FROM runtime_run WHERE crashes > 0 OR isolated")
        assert crashes == 0
        assert len(server.calls) == sum(server.calls.values()) == 300


def test_a_poison_step_fails_alone(stand: Stand) -> None:
    poison = chain(node("start", "trigger.manual"), node("bad", "test.abort"))
    innocent = chain(
        node("start", "trigger.manual"), *[node(f"p{i}", "test.pause") for i in range(5)]
    )
    bad = stand.accept(poison, 1)[0]
    stand.accept(innocent, 30)

    def keep_one_alive() -> bool:
        if all(w.poll() is not None for w in stand.workers):
            stand.start_worker()
        return stand.unfinished() == 0

    stand.until(keep_one_alive, 90, "runs did not end")
    assert stand.statuses() == {"succeeded": 30, "failed": 1}
    reason = stand.one("SELECT reason FROM runtime_run WHERE id = %s", (stand.db.id(bad),))
    assert "bad" in reason
    assert "crashed" in reason
