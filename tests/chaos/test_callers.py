"""Callers who all send the same event at once, and callers who take their time.

Rows 11 and 21 of the fault matrix (docs/operators/faults.md).
"""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from runtime.graph.document import Document
from tests.support.callers import calling
from tests.support.invariants import broken_invariants
from tests.support.stand import Stand, chain, node

CALLERS = 50


def flow(path: str, *steps: dict[str, Any]) -> Document:
    return chain(
        node("hook", "trigger.webhook", {"path": path}),
        node("pause", "test.pause", {"seconds": 0.3}),
        *steps,
        node("end", "data.set", {"fields": [{"name": "n", "value": "{{ hook.first.body.n }}"}]}),
    )


def test_the_same_event_from_many_at_once_is_one_run_and_one_answer(stand: Stand) -> None:
    stand.route("kept", flow("kept"))
    stand.route("finished", flow("finished"), answer="when_finished")
    respond = node("answer", "flow.respond", {"body": {"got": "{{ hook.first.body.n }}"}})
    stand.route("responded", flow("responded", respond), answer="by_respond")
    base = stand.start_web()
    stand.start_worker()
    stand.wait_for_workers(1)
    with httpx.Client(base_url=f"{base}/hooks/", timeout=60, limits=MANY) as client:

        def send(path: str, n: int = 1) -> tuple[int, str]:
            answer = client.post(path, json={"n": n}, headers={"Idempotency-Key": "event-1"})
            return answer.status_code, answer.text

        for path, status in (("kept", 202), ("finished", 200), ("responded", 200)):
            with ThreadPoolExecutor(CALLERS) as pool:
                answers = set(pool.map(send, [path] * CALLERS))
            assert len(answers) == 1, answers
            assert next(iter(answers))[0] == status
            assert send(path) in answers  # also once it is over
            assert send(path, n=2)[0] == 422
    stand.wait_over(30)
    assert stand.statuses() == {"succeeded": 3}
    assert broken_invariants(stand) == []


MANY = httpx.Limits(max_connections=CALLERS, max_keepalive_connections=CALLERS)


def test_callers_who_take_their_time_hold_nobody_up(stand: Stand) -> None:
    """One byte a second, half a request, or nothing at all, from hundreds."""
    stand.route("event", flow("event"))
    base = stand.start_web()
    stand.start_worker()
    stand.wait_for_workers(1)
    with slow_callers(base, 300), calling(f"{base}/hooks/event", callers=4) as promises:
        stand.until(lambda: len(promises.accepted) > 200, 30, "the others were held up")
    stand.wait_over(60)
    assert promises.refused == []
    assert promises.unanswered == 0
    assert promises.slowest < 5
    assert broken_invariants(stand, promises=promises) == []


@contextmanager
def slow_callers(base: str, count: int) -> Iterator[None]:
    place = urlsplit(base)
    start = b"POST /hooks/event HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{"
    beginnings = (start, start[:20], b"")
    stop = threading.Event()
    with ExitStack() as stack:
        held = [
            stack.enter_context(socket.create_connection((place.hostname, place.port or 80), 5))
            for _ in range(count)
        ]
        for number, line in enumerate(held):
            line.sendall(beginnings[number % 3])
        drip = threading.Thread(target=_drip, args=(held[::3], stop))
        drip.start()
        try:
            yield
        finally:
            stop.set()
            drip.join()


def _drip(lines: list[socket.socket], stop: threading.Event) -> None:
    while not stop.wait(1):
        for line in lines:
            line.sendall(b" ")


def test_a_caller_who_hangs_up_is_forgotten(stand: Stand) -> None:
    """While it waits for an answer: the run goes on, and others get theirs."""
    stand.route("finished", flow("finished"), answer="when_finished")
    base = stand.start_web()

    def hang_up(_: int) -> None:
        with pytest.raises(httpx.TimeoutException):
            httpx.post(f"{base}/hooks/finished", json={"n": 1}, timeout=2)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(hang_up, range(20)))
    stand.start_worker()
    began = time.monotonic()
    answer = httpx.post(f"{base}/hooks/finished", json={"n": 7}, timeout=60)
    assert (answer.status_code, answer.json()[0]["n"]) == (200, 7)
    assert time.monotonic() - began < 20
    stand.wait_over(30)
    assert stand.statuses() == {"succeeded": 21}
