"""A process dies at every boundary between two statements, once; nothing is lost or doubled."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from builder.launch import environment
from runtime.graph.document import Document
from runtime.store import crash_points
from tests.store.engine_process import start_engine
from tests.support.counter import CountingServer, counting_server
from tests.support.invariants import broken_invariants
from tests.support.servers import fresh_database
from tests.support.stand import ROOT, Stand, chain, node

RUNS = 4


@pytest.fixture(scope="module")
def server() -> Iterator[CountingServer]:
    """Counts the calls of all runs."""
    with counting_server(delay=0.05) as counting:
        yield counting


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stand(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    server: CountingServer,
) -> Iterator[Stand]:
    """One stand for all labels: what one leaves behind must not harm the next."""
    servers = request.getfixturevalue("servers")
    broker = servers[environment.TEST_REDIS_URL].rsplit("/", 1)[0]
    with ExitStack() as stack:
        database = None
        if request.param == "postgresql":
            database = stack.enter_context(fresh_database(servers[environment.TEST_POSTGRES_URL]))
        folder: Path = tmp_path_factory.mktemp("crashes")
        made = Stand(folder / "data", database, f"{broker}/13")
        stack.callback(made.close)
        server.calls.clear()
        yield made


def flow_that_writes_everything(server: CountingServer) -> Document:
    """Steps, tries, log lines, waits and an end: each kind of row."""
    return chain(
        node("start", "trigger.manual"),
        node("call", "test.call", {"url": server.url}),
        node("log", "test.fail", {"when": False}),
        node("wait", "flow.wait", {"seconds": 0.05}),
        node("again", "test.call", {"url": server.url}),
        node("end", "data.set"),
    )


def dies(worker: ForkServerProcess) -> bool:
    worker.join(30)
    return worker.exitcode == crash_points.EXIT_CODE


def finish(stand: Stand) -> None:
    """A sound worker takes over what is left."""
    worker = start_engine(stand)
    try:
        stand.wait_over(30)
    finally:
        worker.kill()
        worker.join()


PASSES = [*[(label, 1) for label in crash_points.CLAIM], *[(c, 3) for c in crash_points.COMMIT]]
PIECES = [("sqlite", label) for label in crash_points.COMMIT_PIECES]


@pytest.mark.chaos
@pytest.mark.parametrize(("label", "times"), PASSES)
def test_a_worker_dies_around_a_claim_or_a_commit(
    stand: Stand, server: CountingServer, label: str, times: int
) -> None:
    stand.accept(flow_that_writes_everything(server), RUNS)
    assert dies(start_engine(stand, f"{label}:{times}"))
    finish(stand)
    assert broken_invariants(stand, server) == []
    assert set(stand.statuses()) == {"succeeded"}


@pytest.mark.chaos
@pytest.mark.parametrize(("stand", "label"), PIECES, indirect=["stand"])
def test_a_worker_dies_between_two_statements_of_a_commit(
    stand: Stand, server: CountingServer, label: str
) -> None:
    stand.accept(flow_that_writes_everything(server), RUNS)
    assert dies(start_engine(stand, f"{label}:3"))
    finish(stand)
    assert broken_invariants(stand, server) == []
    assert set(stand.statuses()) == {"succeeded"}


LOST = ["claim.taken", "claim.committed", "claim.loaded", "commit.begin", "commit.committed"]


@pytest.mark.chaos
@pytest.mark.parametrize("label", LOST)
def test_a_worker_that_loses_its_session_goes_on_with_all_it_holds(
    stand: Stand, server: CountingServer, label: str
) -> None:
    """Also where nobody knows whether the claim or the commit had come through."""
    runs = stand.accept(flow_that_writes_everything(server), RUNS)
    times = 1 if label.startswith("claim") else 3
    worker = start_engine(stand, f"{label}:{times}:away")
    try:
        stand.wait_over(30)
        assert worker.is_alive()
    finally:
        worker.kill()
        worker.join()
    assert broken_invariants(stand, server) == []
    assert set(stand.statuses()) == {"succeeded"}
    match, values = stand.db.ids(runs)  # those of other tests lie there too
    crashed = f"SELECT count(*) FROM runtime_run WHERE id {match} AND crashes > 0"  # noqa: S608
    assert stand.one(crashed, values) == 0


@pytest.mark.chaos
@pytest.mark.parametrize("label", [c for c in crash_points.LEASE if c.startswith("register")])
def test_a_worker_dies_while_it_registers(stand: Stand, server: CountingServer, label: str) -> None:
    stand.accept(flow_that_writes_everything(server), RUNS)
    assert dies(start_engine(stand, label))
    finish(stand)
    assert broken_invariants(stand, server) == []


@pytest.mark.chaos
@pytest.mark.parametrize("label", [c for c in crash_points.LEASE if c.startswith("bury")])
def test_a_worker_dies_while_it_gives_another_one_up(
    stand: Stand, server: CountingServer, label: str
) -> None:
    stand.accept(flow_that_writes_everything(server), RUNS)
    assert dies(start_engine(stand, "commit.committed:3"))
    assert dies(start_engine(stand, label))
    finish(stand)
    assert broken_invariants(stand, server) == []
    assert set(stand.statuses()) == {"succeeded"}


@pytest.mark.chaos
@pytest.mark.parametrize("label", [c for c in crash_points.LEASE if c.startswith("release")])
def test_a_worker_dies_while_it_hands_its_runs_back(
    stand: Stand, server: CountingServer, label: str
) -> None:
    worker = start_engine(stand, label)
    stand.wait_for_workers(1)
    stand.accept(flow_that_writes_everything(server), RUNS)
    running = "SELECT count(*) FROM runtime_attempt a JOIN runtime_run r ON r.id = a.run_id "
    running += "WHERE r.status = 'running'"
    stand.until(lambda: stand.one(running) > 0, 15, "no run began")
    worker.terminate()
    assert dies(worker)
    finish(stand)
    assert broken_invariants(stand, server) == []
    assert set(stand.statuses()) == {"succeeded"}


@pytest.mark.chaos
@pytest.mark.parametrize("label", crash_points.ACCEPT)
def test_the_web_dies_while_it_accepts_and_the_caller_tries_again(
    stand: Stand, server: CountingServer, label: str
) -> None:
    known = stand.accept(flow_that_writes_everything(server))[0]
    snapshot = stand.one("SELECT snapshot_id FROM runtime_run WHERE id = %s", (stand.db.id(known),))
    settings = stand.folder / "database.json"
    settings.write_text(json.dumps(dict(stand.settings)))
    command = [sys.executable, "-m", "tests.store.accept_once", str(settings)]
    command += [str(stand.db.uuid(snapshot)), f"key {label}"]
    dying = {**stand.env, "SEGUE_CRASH_AT": label}
    died = subprocess.run(command, env=dying, cwd=ROOT, check=False)
    assert died.returncode == crash_points.EXIT_CODE
    answers = {
        subprocess.run(command, env=stand.env, cwd=ROOT, check=True, capture_output=True).stdout
        for _ in range(2)
    }
    assert len(answers) == 1
    runs = "SELECT count(*) FROM runtime_run WHERE id = "
    runs += "(SELECT run_id FROM runtime_delivery WHERE key = %s)"
    assert stand.one(runs, (f"key {label}",)) == 1
    finish(stand)
    assert broken_invariants(stand, server) == []


def test_every_crash_point_lies_somewhere() -> None:
    files = [*(ROOT / "runtime/store").glob("*.py"), *(ROOT / "runtime/services").glob("*.py")]
    files += (ROOT / "runtime/worker").glob("*.py")
    sources = "".join(file.read_text() for file in files if file.name != "crash_points.py")
    assert set(re.findall(r'crash_point\("([a-z.]+)"\)', sources)) == crash_points.LABELS
