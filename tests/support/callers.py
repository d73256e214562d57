"""Callers of a webhook who go on while things break, and remember what they were promised."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from runtime.models.ids import uuid7

logging.getLogger("httpx").setLevel(logging.WARNING)  # thousands of calls are no news


@dataclass
class Promises:
    """What was answered to which event. An event without a 2xx was not promised anything."""

    accepted: dict[str, UUID] = field(default_factory=dict)  # event -> run
    refused: list[int] = field(default_factory=list)  # statuses
    unanswered: int = 0  # the line broke
    slowest: float = 0.0  # seconds until an answer
    seconds: list[float] = field(default_factory=list)  # until each 2xx
    broken: list[str] = field(default_factory=list)  # one event, two runs

    def keep(self, event: str, run: UUID) -> None:
        """The same event must always mean the same run."""
        before = self.accepted.setdefault(event, run)
        if before != run:
            self.broken.append(f"{event} became {before} and {run}")


@contextmanager
def calling(address: str, callers: int = 4, *, again: bool = True) -> Iterator[Promises]:
    """Call all the time, each event under a key of its own; `again`: what failed is sent again."""
    promises = Promises()
    stop = threading.Event()
    threads = [
        threading.Thread(target=_call, args=(address, promises, stop, again), daemon=True)
        for _ in range(callers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield promises
    finally:
        stop.set()
        for thread in threads:
            thread.join(90)


def _call(address: str, promises: Promises, stop: threading.Event, again: bool) -> None:
    with httpx.Client(timeout=60) as client:
        while not stop.is_set():
            event = str(uuid7())
            while not _send(client, address, event, promises) and again and not stop.is_set():
                time.sleep(0.05)


def _send(client: httpx.Client, address: str, event: str, promises: Promises) -> bool:
    began = time.monotonic()
    try:
        answer = client.post(address, json={"event": event}, headers={"Idempotency-Key": event})
    except httpx.HTTPError:
        promises.unanswered += 1
        return False
    promises.slowest = max(promises.slowest, time.monotonic() - began)
    if not 200 <= answer.status_code < 300:
        promises.refused.append(answer.status_code)
        return False
    promises.seconds.append(time.monotonic() - began)
    run = answer.headers.get("x-segue-run") or answer.json()["run"]
    promises.keep(event, UUID(run))
    return True
