"""Finds a model's server on this machine, or starts it: the first who needs it does for all."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from runtime.practice.living import Resident
from runtime.practice.meaning import MEANING, installed
from runtime.practice.serve import ANSWERS, weights
from runtime.sdk import ErrorClass, NodeError

START_SECONDS = 60.0
_ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True, repr=False)
class PracticeServer:
    """Where it listens, and the key it wants."""

    url: str
    key: str
    pid: int


def practice_server(folder: Path) -> PracticeServer:
    """The running practice model, started if need be. Blocks: call it in a thread.

    The folder is the install's own, so that web and worker share one server.
    """
    return _server(folder, ANSWERS, weights)


def meaning_server(folder: Path) -> PracticeServer:
    """The same for the built-in model that measures meaning."""
    return _server(folder, MEANING, installed)


def is_ready(folder: Path) -> bool:
    """Whether the practice model runs at this moment; starts nothing."""
    return _running(folder, ANSWERS) is not None


def _server(folder: Path, resident: Resident, needed: Callable[[], object]) -> PracticeServer:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / resident.wanted).touch()
    running = _running(folder, resident)
    if running is not None:
        return running
    with _locked(folder / f"{resident.name}.lock"):
        running = _running(folder, resident)
        if running is not None:
            return running
        try:
            needed()
        except FileNotFoundError as error:
            raise _unavailable(str(error)) from None
        return _start(folder, resident)


def _running(folder: Path, resident: Resident) -> PracticeServer | None:
    try:
        found = PracticeServer(**json.loads((folder / resident.place).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    try:
        os.kill(found.pid, 0)
        return found if _answers(found, resident.mark) else None
    except TimeoutError:
        return found  # it is busy with others' questions
    except (OSError, HTTPException):
        return None


def _answers(server: PracticeServer, mark: bytes) -> bool:
    """Whether it is our server that answers there, and not whoever got its port since."""
    place = urlsplit(server.url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=2)
    try:
        connection.request("GET", "/v1/models", headers={"Authorization": f"Bearer {server.key}"})
        answer = connection.getresponse()
        return answer.status == 200 and mark in answer.read(100_000)
    finally:
        connection.close()


def _start(folder: Path, resident: Resident) -> PracticeServer:
    (folder / resident.place).unlink(missing_ok=True)
    process = _spawn(folder, resident)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        running = _running(folder, resident)
        if running is not None:
            return running
        if process.poll() is not None:
            break
        time.sleep(0.05)
    process.kill()
    raise _unavailable("The model on this computer could not be started; its log says why.")


def _spawn(folder: Path, resident: Resident) -> subprocess.Popen[bytes]:
    """Start it from a thread that never ends.

    The kernel counts the *thread* that started a child as its parent: started from a pool's
    thread, the server would be ended as soon as the pool lets that thread go.
    """
    started: Future[subprocess.Popen[bytes]] = Future()

    def start_and_stay() -> None:
        try:
            with (folder / f"{resident.name}.log").open("wb") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", resident.module, str(folder), str(os.getpid())],
                    cwd=_ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result(process)
        process.wait()

    threading.Thread(target=start_and_stay, name=resident.name, daemon=True).start()
    return started.result(timeout=START_SECONDS)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One starter at a time, across processes; the kernel lets go when the holder dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _unavailable(message: str) -> NodeError:
    return NodeError(
        message,
        error_class=ErrorClass.NETWORK,
        fix="Choose another model, or start Segue again by `manage.py up`.",
    )
