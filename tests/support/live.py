"""A whole Segue for a test: `manage.py up` as a person would start it, on a folder of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from builder.launch import environment
from builder.launch.environment import find_project

ROOT = Path(__file__).resolve().parents[2]
READY = "Segue is ready at "
SIGN_IN = "Sign in: "
STARTS_WITHIN_SECONDS = 120
STOPS_WITHIN_SECONDS = 60


class LiveSegue:
    """The handles a test needs: where it answers, how to sign in, what to kill."""

    def __init__(
        self, data: Path, port: int = 0, settings: Mapping[str, str] | None = None
    ) -> None:
        self.data = data
        self.log = data.with_name(f"{data.name}-up.log")
        self.env = {**self.environment(data), **(settings or {})}
        command = [sys.executable, "manage.py", "up", "--no-browser", "--port", str(port)]
        self.started = time.monotonic()
        with self.log.open("wb") as sink:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=sink, stderr=subprocess.STDOUT
            )

    @staticmethod
    def environment(data: Path) -> dict[str, str]:
        """The surroundings of a Segue on *data* that knows of no other database or broker."""
        outer = (environment.REDIS_URL, environment.DATABASE_URL, environment.PUBLIC_URL)
        env = {name: value for name, value in os.environ.items() if name not in outer}
        env[environment.VENV] = str(find_project(os.environ).venv)
        return {**env, environment.DATA: str(data)}

    @property
    def said(self) -> list[str]:
        """The lines it showed so far."""
        return self.log.read_text().splitlines()

    def wait_ready(self) -> "LiveSegue":
        """Wait for the two lines that end the start."""
        while not any(line.startswith(SIGN_IN) for line in self.said):
            assert self.process.poll() is None, "\n".join(self.said)
            assert time.monotonic() - self.started < STARTS_WITHIN_SECONDS, "\n".join(self.said)
            time.sleep(0.05)
        return self

    @property
    def base_url(self) -> str:
        """Where it answers, with no slash at the end."""
        return self._after(READY).rstrip("/")

    @property
    def login_link(self) -> str:
        """The link that signs in once, as `admin`."""
        return self._after(SIGN_IN)

    def _after(self, beginning: str) -> str:
        return next(line for line in self.said if line.startswith(beginning))[len(beginning) :]

    def token(self, username: str = "admin") -> str:
        """An API token, by the command a person would use."""
        return self.manage("token", username).strip().splitlines()[-1]

    def manage(self, *argv: str) -> str:
        """What a command of `manage.py` prints on this data folder."""
        command = [sys.executable, "manage.py", *argv]
        done = subprocess.run(
            command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def pid(self, name: str) -> int:
        """The process id of `web`, `worker` or `broker`; waits while it is being started again."""
        file = self.data / "run" / f"{name}.pid"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(FileNotFoundError, ValueError):
                return int(file.read_text())
            time.sleep(0.02)
        raise AssertionError(f"{name} does not run: {self.said[-3:]}")

    def kill(self, name: str, number: int = signal.SIGKILL) -> int:
        """Signal one of its processes; returns the id it had."""
        pid = self.pid(name)
        os.kill(pid, number)
        return pid

    def members(self) -> set[int]:
        """The supervisor and all that runs below it, found by their sessions' groups."""
        names = ("web", "worker", "broker")
        files = [self.data / "run" / f"{name}.pid" for name in names]
        groups = {int(file.read_text()) for file in files if file.exists()}
        return {self.process.pid, *groups_members(groups)}

    def stop(self) -> int:
        """Stop it as a service manager would; returns its exit code."""
        self.process.terminate()
        return self.process.wait(STOPS_WITHIN_SECONDS)

    def end(self) -> None:
        """Make sure that nothing stays behind the test."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOPS_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()  # the undertaker ends the rest
                self.process.wait()


def groups_members(groups: Iterable[int]) -> set[int]:
    """All living processes of these process groups."""
    wanted = {str(group) for group in groups}
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,pgid=,stat="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    return {int(pid) for pid, group, state in rows if group in wanted and state[0] != "Z"}


def alive(pids: Iterable[int]) -> set[int]:
    """Those of *pids* that still run."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    return set(pids) & {int(pid) for pid, state in rows if state[0] != "Z"}


@contextmanager
def live(
    data: Path, *, port: int = 0, settings: Mapping[str, str] | None = None
) -> Iterator[LiveSegue]:
    """A ready Segue on *data*; stopped at the end, whatever the test did to it."""
    segue = LiveSegue(data, port, settings)
    try:
        yield segue.wait_ready()
    finally:
        segue.end()
