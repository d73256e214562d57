"""Keeps the processes of one Segue alive and ends them in order; what they do is not its affair."""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from builder.launch.logs import rotate
from builder.launch.messages import Screen, Trouble, tail
from builder.launch.process import Process, Program, describe_end

UNDERTAKER = Path(__file__).with_name("undertaker.py")
LOOK_EVERY_SECONDS = 0.2
ROTATE_EVERY_SECONDS = 30.0
STEADY_AFTER_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 30.0
FALLS_BEFORE_READY = 3


def pause_before_restart(falls: int) -> float:
    """Seconds to wait after the nth fall in a row: none, 1, 2, 4 ... 30."""
    return 0.0 if falls <= 1 else min(LONGEST_PAUSE_SECONDS, 2.0 ** (falls - 2))


class Supervisor:
    """Starts programs in order, restarts those that fall, stops them last to first."""

    def __init__(
        self,
        *,
        logs: Path,
        cwd: Path,
        screen: Screen,
        pids: Path | None = None,
        lock: int | None = None,
    ) -> None:
        self.logs = logs
        self.pids = pids
        self.cwd = cwd
        self.screen = screen
        self.stopping = threading.Event()
        self.impatient = False
        self.processes: list[Process] = []
        self._undertaker = self._hire_undertaker(lock)
        self._rotated = time.monotonic()

    def add(self, program: Program) -> Process:
        """Declare a program; it is started by `start` or, when it is not wanted yet, by `watch`."""
        log = self.logs / f"{program.name}.log"
        pid_file = self.pids / f"{program.name}.pid" if self.pids else None
        process = Process(program, log=log, pid_file=pid_file, announced=self._announce)
        self.processes.append(process)
        return process

    def start(self, processes: Iterable[Process]) -> None:
        """Start these and wait until all are ready; raise Trouble for one that cannot be."""
        waiting = [process for process in processes if process.program.wanted()]
        for process in waiting:
            rotate(process.log)
            process.start(self.cwd)
        while waiting and not self.stopping.is_set():
            waiting = [process for process in waiting if not self._is_ready(process)]
            self.stopping.wait(0.05 if waiting else 0)

    def wait_until(self, holds: Callable[[], bool], within_seconds: float) -> bool:
        """Look after the processes until *holds*; False when time is up or somebody stops us."""
        deadline = time.monotonic() + within_seconds
        while not self.stopping.wait(0.1) and time.monotonic() < deadline:
            if holds():
                return True
            self.look()
            for process in self.processes:
                if process.falls >= FALLS_BEFORE_READY:
                    raise self._never_ready(process, "stops again and again")
        return False

    def watch(self) -> None:
        """Look after the processes until somebody asks to stop."""
        while not self.stopping.wait(LOOK_EVERY_SECONDS):
            self.look()
            if time.monotonic() - self._rotated > ROTATE_EVERY_SECONDS:
                self._rotated = time.monotonic()
                for process in self.processes:
                    rotate(process.log)

    def look(self) -> None:
        """Start again what fell, start what became wanted, stop what no longer is."""
        for process in self.processes:
            self._look_after(process)

    def ask_to_stop(self) -> None:
        """May be called from a signal handler; the second time nobody waits any longer."""
        self.impatient = self.stopping.is_set()
        self.stopping.set()

    def stop(self) -> None:
        """Stop the processes, last declared first, each with its grace; leave none behind."""
        self.stopping.set()
        for process in reversed(self.processes):
            process.ask_to_stop()
            deadline = time.monotonic() + process.program.stop_grace_seconds
            while process.pid and time.monotonic() < deadline and not self.impatient:
                time.sleep(0.02)
            process.wait_stopped(deadline=time.monotonic())
        self._dismiss_undertaker()

    def _is_ready(self, process: Process) -> bool:
        popen = process.popen
        if popen is not None and popen.poll() is not None:
            self._fell(process)
            if process.falls >= FALLS_BEFORE_READY:
                raise self._never_ready(process, "stops as soon as it is started")
            process.start(self.cwd)
        if process.program.ready():
            return True
        if time.monotonic() - process.started > process.program.ready_within_seconds:
            raise self._never_ready(process, "does not get ready")
        return False

    def _look_after(self, process: Process) -> None:
        if process.popen is None:
            if process.program.wanted() and time.monotonic() >= process.start_again_at:
                process.start(self.cwd)
        elif process.popen.poll() is not None:
            self._report_fall(process)
        elif not process.program.wanted():
            process.ask_to_stop()

    def _report_fall(self, process: Process) -> None:
        wanted = process.program.wanted()
        how = self._fell(process)
        if not wanted:
            return
        pause = process.start_again_at - time.monotonic()
        when = f"in {pause:.0f} s" if pause > 0.5 else "now"
        self.screen.say(
            f"{process.program.title} stopped unexpectedly ({how}); starting it again {when}. "
            f"Its log: {process.log}"
        )

    def _fell(self, process: Process) -> str:
        popen = process.popen
        code = popen.returncode if popen is not None else 0
        steady = time.monotonic() - process.started > STEADY_AFTER_SECONDS
        process.falls = 1 if steady else process.falls + 1
        process.start_again_at = time.monotonic() + pause_before_restart(process.falls)
        process.sweep()
        return describe_end(code)

    def _never_ready(self, process: Process, what: str) -> Trouble:
        text = process.log.read_text(errors="replace") if process.log.exists() else ""
        return Trouble(
            f"{process.program.title} {what}.",
            *(f"| {line}" for line in tail(text)),
            f"The whole report is in {process.log}",
        )

    def _hire_undertaker(self, lock: int | None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(UNDERTAKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=() if lock is None else (lock,),
        )

    def _announce(self, sign: str, pid: int) -> None:
        self._tell(f"{sign} {pid}\n")

    def _dismiss_undertaker(self) -> None:
        self._tell("bye\n")
        if self._undertaker.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it was killed with our word unread
                self._undertaker.stdin.close()
        self._undertaker.wait()

    def _tell(self, line: str) -> None:
        pipe = self._undertaker.stdin
        if pipe is None or pipe.closed:
            return
        try:
            pipe.write(line.encode())
            pipe.flush()
        except BrokenPipeError:
            self._undertaker.wait()  # it was killed; on Linux the kernel still ends the children
