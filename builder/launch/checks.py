"""What must hold before Segue can start: room, a place to write, a free port, no second Segue."""

import contextlib
import errno
import fcntl
import os
import shutil
import socket
import tempfile
import time
from pathlib import Path

from builder.launch.messages import Screen, Trouble

NEEDED_TO_RUN_MB = 200
LAST_ONE_STOPS_WITHIN_SECONDS = 30


def need_data(data: Path) -> None:
    """Make the data folder, and make sure that it can be written and has room."""
    try:
        # Runs, files and logs lie here: they are their owner's business.
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=data) as probe:
            probe.write(b"room?")
    except OSError as error:
        raise _explain(data, error) from error
    free = shutil.disk_usage(data).free // 1_000_000
    if free < NEEDED_TO_RUN_MB:
        raise Trouble(
            f"The disk is almost full: {free} MB are free at {data}, and Segue needs "
            f"{NEEDED_TO_RUN_MB} MB to work safely.",
            "Make room, or let SEGUE_DATA point to a folder on another disk.",
        )


def _explain(data: Path, error: OSError) -> Trouble:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Trouble(f"The disk is full: nothing can be written to {data}.", "Make room first.")
    return Trouble(
        f"Segue keeps everything in {data}, and cannot write there ({error.strerror}).",
        "Make the folder yours (chown), or let SEGUE_DATA point to a folder of your own.",
    )


def choose_port(host: str, port: int) -> int:
    """The port to serve at: *port* when it is free, any free one for 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _explain_port(host, port, error) from error
        return int(probe.getsockname()[1])


def _explain_port(host: str, port: int, error: OSError) -> Trouble:
    if error.errno == errno.EADDRINUSE:
        return Trouble(
            f"Port {port} is taken by another program (perhaps another Segue).",
            f"Start with another one: python3 manage.py up --port {port + 1}",
        )
    if error.errno == errno.EACCES:
        return Trouble(
            f"You may not use port {port}: ports below 1024 are for the system.",
            "Start with another one: python3 manage.py up --port 8000",
        )
    return Trouble(f"Segue cannot listen at {host}, port {port} ({error.strerror}).")


def take_lock(run: Path, screen: Screen) -> int:
    """Hold the data folder for this process; returns the open file that holds it.

    The undertaker inherits it, so the folder stays held until the last process of a killed
    Segue is gone. Two Segues on one folder would corrupt the broker's file.
    """
    run.mkdir(parents=True, exist_ok=True)
    handle = os.open(run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    if not _try(handle):
        _wait_for_the_last(handle, screen)
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle


def is_running(run: Path) -> bool:
    """Whether a Segue runs on this data folder now."""
    lock = run / "lock"
    if not lock.exists():
        return False
    handle = os.open(lock, os.O_RDWR)
    try:
        return not _try(handle)
    finally:
        os.close(handle)


def _try(handle: int) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _wait_for_the_last(handle: int, screen: Screen) -> None:
    holder = int(os.pread(handle, 20, 0) or b"0")
    if _is_alive(holder):
        raise Trouble(
            f"Segue is already running on this data folder (process {holder}).",
            "Use that one, stop it first (Ctrl-C there), or let SEGUE_DATA point elsewhere.",
        )
    with screen.step("Waiting for the last Segue to finish stopping"):
        deadline = time.monotonic() + LAST_ONE_STOPS_WITHIN_SECONDS
        while not _try(handle):
            if time.monotonic() > deadline:
                raise Trouble("The last Segue on this data folder does not stop. Try again soon.")
            time.sleep(0.1)


def _is_alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
