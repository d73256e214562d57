"""One supervised program: how it is started, when it is ready, how long it may take to stop."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class Program:
    """What to run. Programs are stopped in the reverse of the order in which they are declared."""

    name: str
    title: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    ready: Callable[[], bool] = lambda: True
    ready_within_seconds: float = 60
    stop_grace_seconds: float = 10
    stop_signal: signal.Signals = signal.SIGTERM
    user: int | None = None
    """The user to run as, for programs that refuse to run as root; only root can ask for it."""
    wanted: Callable[[], bool] = lambda: True
    """Started while this holds; a program on demand looks for a sign, such as a file."""


@dataclass
class Process:
    """A program's running (or fallen) process, and its history of falls."""

    program: Program
    log: Path
    pid_file: Path | None = None
    popen: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    start_again_at: float = 0.0
    announced: Callable[[str, int], None] = field(default=lambda _sign, _pid: None)

    @property
    def pid(self) -> int | None:
        """The process id, when it runs."""
        return self.popen.pid if self.popen and self.popen.poll() is None else None

    def start(self, cwd: Path) -> None:
        """Start in a session of its own: Ctrl-C in the terminal must reach the supervisor only."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        user = "-" if self.program.user is None else str(self.program.user)
        wrapper = [sys.executable, "-I", "-S", str(CHILD), str(os.getpid()), user]
        with self.log.open("ab") as sink:
            self.popen = subprocess.Popen(
                [*wrapper, *self.program.argv],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                env=dict(self.program.env),
                cwd=cwd,
                start_new_session=True,
            )
        self.started = time.monotonic()
        if self.pid_file is not None:
            self.pid_file.write_text(f"{self.popen.pid}\n")
        self.announced("+", self.popen.pid)

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the program itself; it knows what to do with its children."""
        if self.popen is not None and self.popen.poll() is None:
            self.popen.send_signal(self.program.stop_signal)

    def wait_stopped(self, deadline: float) -> None:
        """Wait until *deadline*, then end the whole group; no grandchild may stay."""
        if self.popen is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(max(0.0, deadline - time.monotonic()))
        self.sweep()

    def sweep(self) -> None:
        """Kill what is left of the process's group, and forget it."""
        if self.popen is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        self.announced("-", self.popen.pid)
        self.popen = None
        if self.pid_file is not None:
            self.pid_file.unlink(missing_ok=True)


def describe_end(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
