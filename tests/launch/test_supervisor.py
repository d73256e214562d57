"""Processes are started, restarted and stopped in order, and none is left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from builder.launch.messages import Screen, Trouble
from builder.launch.process import Program, describe_end
from builder.launch.supervisor import Supervisor, pause_before_restart
from tests.support.live import alive, groups_members

ROOT = Path(__file__).parents[2]
IDLE = "import time; time.sleep(60)"
STUBBORN = """
import signal, time
signal.signal(15, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""
LAST_WILL = """
import signal, sys, time
def leave(*_):
    open(ORDER, "a").write(NAME + " ")
    sys.exit()
signal.signal(15, leave)
open(SIGN, "w")
time.sleep(60)
"""


def program(name: str, code: str = IDLE, **more: object) -> Program:
    argv = (sys.executable, "-c", code)
    return Program(name, f"The {name}", argv, dict(os.environ), **more)  # type: ignore[arg-type]


@pytest.fixture
def shown() -> StringIO:
    return StringIO()


@pytest.fixture
def supervisor(tmp_path: Path, shown: StringIO) -> Iterator[Supervisor]:
    made = Supervisor(logs=tmp_path / "logs", cwd=tmp_path, screen=Screen(shown), pids=tmp_path)
    yield made
    made.stop()


def eventually(holds: Callable[[], bool], within: float = 10) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("falls", "seconds"), [(0, 0), (1, 0), (2, 1), (3, 2), (4, 4), (6, 16), (7, 30), (70, 30)]
)
def test_pauses_grow_and_are_bounded(falls: int, seconds: float) -> None:
    assert pause_before_restart(falls) == seconds


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "exit code 0"), (3, "exit code 3"), (-9, "signal SIGKILL"), (-63, "signal 63")],
)
def test_an_end_is_told_in_words(code: int, words: str) -> None:
    assert describe_end(code) == words


def test_start_waits_until_the_program_is_ready(supervisor: Supervisor, tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    code = f"import time; time.sleep(0.3); open({str(sign)!r}, 'w'); time.sleep(60)"
    supervisor.start([supervisor.add(program("web", code, ready=sign.exists))])
    assert sign.exists()
    assert (tmp_path / "web.pid").exists()


def test_a_program_that_cannot_start_is_told_with_the_end_of_its_log(
    supervisor: Supervisor,
) -> None:
    falling = program("worker", "raise SystemExit('no such table')", ready=lambda: False)
    with pytest.raises(Trouble, match="The worker stops as soon as it is started") as told:
        supervisor.start([supervisor.add(falling)])
    assert "no such table" in str(told.value)


def test_a_program_that_never_gets_ready_is_told(supervisor: Supervisor) -> None:
    slow = program("web", ready=lambda: False, ready_within_seconds=0.2)
    with pytest.raises(Trouble, match="The web does not get ready"):
        supervisor.start([supervisor.add(slow)])


def test_a_killed_process_is_started_again_and_said_so(
    supervisor: Supervisor, shown: StringIO
) -> None:
    worker = supervisor.add(program("worker"))
    supervisor.start([worker])
    first = worker.pid
    assert first
    os.kill(first, signal.SIGKILL)

    def again() -> bool:
        supervisor.look()
        return worker.pid not in (None, first)

    eventually(again)
    assert "The worker stopped unexpectedly (signal SIGKILL)" in shown.getvalue()


def test_a_process_that_falls_at_once_never_spins(supervisor: Supervisor, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    code = f"open({str(starts)!r}, 'a').write('x')"
    supervisor.add(program("worker", code))
    watching = threading.Thread(target=supervisor.watch)
    watching.start()
    time.sleep(2.5)
    supervisor.ask_to_stop()
    watching.join()
    assert 2 <= len(starts.read_text()) <= 4


def test_a_program_on_demand_runs_only_while_it_is_wanted(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    sign = tmp_path / "wanted"
    model = supervisor.add(program("model", wanted=sign.exists))
    supervisor.start([model])
    assert model.pid is None
    sign.touch()
    supervisor.look()
    assert model.pid is not None
    sign.unlink()

    def gone() -> bool:
        supervisor.look()
        return model.pid is None

    eventually(gone)


def test_the_last_declared_is_stopped_first(tmp_path: Path) -> None:
    order = tmp_path / "order"
    supervisor = Supervisor(logs=tmp_path / "logs", cwd=tmp_path, screen=Screen())
    for name in ("broker", "worker", "web"):
        names = {"ORDER": str(order), "NAME": name, "SIGN": str(tmp_path / name)}
        code = "\n".join([*(f"{key} = {value!r}" for key, value in names.items()), LAST_WILL])
        supervisor.start([supervisor.add(program(name, code, ready=(tmp_path / name).exists))])
    supervisor.stop()
    assert order.read_text().split() == ["web", "worker", "broker"]


def test_one_that_ignores_the_request_is_killed_after_its_grace(tmp_path: Path) -> None:
    supervisor = Supervisor(logs=tmp_path / "logs", cwd=tmp_path, screen=Screen())
    stubborn = supervisor.add(program("web", STUBBORN, stop_grace_seconds=0.3))
    supervisor.start([stubborn])
    eventually(lambda: stubborn.log.read_text() == "up\n")
    pid = stubborn.pid
    started = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - started < 5
    assert pid not in alive([pid or 0])


SUPERVISE = """
import os, sys
from pathlib import Path
from builder.launch.messages import Screen
from builder.launch.process import Program
from builder.launch.supervisor import Supervisor
here = Path(sys.argv[1])
inner = "import subprocess; subprocess.run(['sleep', '60'])"
supervisor = Supervisor(logs=here, cwd=here, screen=Screen(), pids=here)
program = Program("web", "Web", (sys.executable, "-c", inner), dict(os.environ))
supervisor.start([supervisor.add(program)])
print("up", flush=True)
supervisor.watch()
"""


def test_a_killed_supervisor_leaves_neither_children_nor_grandchildren(tmp_path: Path) -> None:
    boss = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT
    )
    with boss:
        assert boss.stdout is not None
        assert boss.stdout.readline() == b"up\n"
        group = int((tmp_path / "web.pid").read_text())
        eventually(lambda: len(groups_members([group])) == 2)
        family = groups_members([group])
        boss.kill()
    eventually(lambda: not alive(family), within=15)
