"""Steps of other packages, and steps that compute, on a real worker and its child processes."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.support.counter import counting_server
from tests.support.stand import ROOT, Stand, chain, lives, node

PACKAGE = ROOT / "tests/support/package"


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, module_redis_url: str) -> Iterator[Stand]:
    """One worker for all: whatever a child does, the worker must stay the same."""
    made = Stand(tmp_path_factory.mktemp("children"), None, module_redis_url)
    made.env["PYTHONPATH"] = f"{ROOT}{os.pathsep}{PACKAGE}"
    made.env["SEGUE_SECRET_OF_TEST"] = "not for children"
    with counting_server() as server:
        made.env["SEGUE_INTERNAL_HOSTS"] = server.url.split("/")[2]
        made.env["SERVER"] = server.url
        worker = made.start_worker()
        made.wait_for_workers(1)
        try:
            yield made
            assert worker.poll() is None, "the worker died"
        finally:
            made.close()


def run(stand: Stand, type_: str, given: Any = None, **rest: Any) -> UUID:
    """Accept a run of one step."""
    document = chain(node("start", "trigger.manual"), node("x", type_, **rest))
    return stand.accept(document, items=[given or {}])[0]


def over(stand: Stand, run_id: UUID, seconds: float = 20) -> tuple[str, Any, Mapping[str, Any]]:
    """Status, output and error of a run once it is over."""
    sql = "SELECT status, output, error FROM runtime_run WHERE id = %s"
    values = (stand.db.id(run_id),)
    stand.until(
        lambda: stand.db.run(sql, values)[0][0] in ("succeeded", "failed"),
        seconds,
        "it is not over",
    )
    status, output, error = stand.db.run(sql, values)[0]
    return str(status), output and json.loads(output), json.loads(error) if error else {}


def done(stand: Stand, run_id: UUID, seconds: float = 20) -> Any:
    """The single output item of a run that succeeded."""
    status, output, error = over(stand, run_id, seconds)
    assert status == "succeeded", error
    (item,) = output
    return item


def tries(stand: Stand, run_id: UUID) -> list[tuple[str, str]]:
    """Status and reason of each try."""
    rows = stand.db.run(
        "SELECT status, why FROM runtime_attempt WHERE run_id = %s ORDER BY number",
        (stand.db.id(run_id),),
    )
    return [(str(status), str(why)) for status, why in rows]


def test_what_a_package_keeps_and_sends_is_done_by_the_worker(stand: Stand) -> None:
    *kept, refused = done(stand, run(stand, "acme.keep"))["told"]
    assert kept == [2, 2, 2, False]
    assert refused == ("There is no table called “Nowhere”.The connection this step uses is gone.")


def test_a_step_of_a_package_runs_apart_and_uses_its_context(stand: Stand) -> None:
    run_id = run(stand, "acme.ask", {"a": 1}, params={"url": stand.env["SERVER"]})
    told = done(stand, run_id)
    assert told["pid"] not in [worker.pid for worker in stand.workers]
    assert (told["status"], told["value"], told["printed"]) == (200, 42, ["hello"])
    assert (told["attempt"], told["got"]) == (1, {"a": 1})
    assert told["key"] == f"{run_id}/x//0"
    (line,) = stand.db.run(
        "SELECT message, data FROM runtime_logline WHERE run_id = %s", (stand.db.id(run_id),)
    )
    assert line[0] == "asking"
    (usage,) = stand.db.run(
        "SELECT usage FROM runtime_attempt WHERE run_id = %s", (stand.db.id(run_id),)
    )
    assert json.loads(usage[0]) == {"model": "none"}


def test_it_sees_nothing_of_our_environment(stand: Stand) -> None:
    names = set(done(stand, run(stand, "acme.ask"))["environment"])
    assert "PATH" in names
    assert not names & {"SEGUE_SECRET_OF_TEST", "SEGUE_DATA", "REDIS_URL", "DATABASE_URL"}


def test_its_network_is_guarded_as_ours_is(stand: Stand) -> None:
    status, _, error = over(stand, run(stand, "acme.ask", params={"url": "http://10.0.0.1/"}))
    assert status == "failed"
    assert "10.0.0.1" in error["message"]


def test_lists_batches_and_waits(stand: Stand) -> None:
    count = stand.accept(
        chain(node("start", "trigger.manual"), node("x", "acme.count")), items=[{}, {}, {}]
    )[0]
    double = run(stand, "acme.double", {"n": 21})
    later = run(stand, "acme.later")
    assert done(stand, count) == {"count": 3}
    assert done(stand, double) == {"twice": 42}
    assert done(stand, later) == {"expired": True, "details": {"asked": True}}


def test_a_failure_keeps_its_words(stand: Stand) -> None:
    status, _, error = over(stand, run(stand, "acme.refuse"))
    assert status == "failed"
    assert (error["message"], error["fix"]) == ("This is not for us.", "Ask somebody else.")


def test_what_is_not_plain_data_stays_outside(stand: Stand) -> None:
    status, _, error = over(stand, run(stand, "acme.odd"))
    assert status == "failed"
    assert "datetime.date" in error["message"]


def test_a_step_that_computes_for_ever_is_killed_and_tried_again(stand: Stand) -> None:
    retry = {"retry": {"attempts": 2, "delay_seconds": 0, "on": ["timeout"]}}
    again = run(stand, "acme.spin", params={"until": 2}, policy=retry)
    never = run(stand, "acme.spin")
    innocent = run(stand, "acme.ask")
    assert done(stand, innocent)["value"] == 42
    assert done(stand, again)["pid"]
    assert [status for status, _ in tries(stand, again)] == ["timed_out", "succeeded"]
    status, _, error = over(stand, never)
    assert status == "failed"
    assert "longer than 0.5 seconds" in error["message"]


def test_a_crash_costs_a_try_not_the_worker(stand: Stand) -> None:
    once = run(stand, "acme.crash", params={"until": 2})
    assert done(stand, once) == {"tries": 2}
    assert tries(stand, once)[0] == (
        "lost",
        "The step's process stopped in the middle; the step was tried again.",
    )


def test_a_step_that_always_crashes_is_given_up(stand: Stand) -> None:
    always = run(stand, "acme.crash")
    status, _, error = over(stand, always)
    assert status == "failed"
    assert "crashed its process again and again" in error["message"]
    assert [status for status, _ in tries(stand, always)] == ["lost"] * 3


def test_a_step_that_wants_too_much_memory_fails_in_words_and_alone(stand: Stand) -> None:
    """Row 3 of the fault matrix."""
    status, _, error = over(stand, run(stand, "acme.hog"))
    assert status == "failed"
    assert "used more memory than the 1,024 MB it may" in error["message"]
    assert done(stand, run(stand, "acme.ask"))["value"] == 42


def test_after_an_unknown_effect_a_person_is_asked(stand: Stand) -> None:
    asked = run(stand, "acme.crash_outside")
    waits = "SELECT kind FROM runtime_wait WHERE run_id = %s AND status = 'open'"
    stand.until(
        lambda: stand.db.run(waits, (stand.db.id(asked),)), 20, "nobody was asked what to do"
    )
    assert stand.db.run(waits, (stand.db.id(asked),))[0][0] == "decision"
    assert [status for status, _ in tries(stand, asked)] == ["lost"]


def test_a_child_ends_with_its_worker_even_inside_foreign_code(
    stand: Stand, tmp_path: Path, redis_url: str
) -> None:
    other = Stand(tmp_path / "data", None, redis_url)
    try:
        other.env["PYTHONPATH"] = stand.env["PYTHONPATH"]
        told = tmp_path / "pid"
        run(other, "acme.hold", params={"path": str(told)})
        worker = other.start_worker()
        other.until(lambda: told.exists() and told.read_text(), 30, "the step did not begin")
        child = int(told.read_text())
        time.sleep(0.1)  # from writing the file into the foreign code
        assert lives(child)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        other.until(lambda: not lives(child), 5, "the child outlived its worker")
    finally:
        other.close()
