"""W6: memory at rest, and the second start: `manage.py up` until a webhook is answered."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

from builder.launch import environment
from builder.launch.broker import free_port
from tests.benchmarks.figures import Figure
from tests.benchmarks.memory import family, pss_megabytes
from tests.benchmarks.surroundings import HOST, Place
from tests.support.live import LiveSegue
from tests.support.servers import fresh_database

NOBODY = f"http://{HOST}:9/"  # never called: the flow of this workload makes no requests
REST_SECONDS = 3.0


def measure(where: Place) -> Iterator[Figure]:
    """Everything but the model; the second start of a prepared install."""
    with _home(where) as home:
        yield from _starts(home)


@contextmanager
def _home(where: Place) -> Iterator[Place]:
    """A folder and a database of its own: what was measured before must not lie in them."""
    project = replace(where.project, data=where.folder / "rest")
    env = {**where.env, environment.DATA: str(project.data)}
    if where.database_url is None:
        yield replace(where, project=project, env=env)
        return
    with fresh_database(where.database_url) as url:
        env[environment.DATABASE_URL] = url
        yield replace(where, project=project, env=env, database_url=url)


def _starts(home: Place) -> Iterator[Figure]:
    with _up(home) as first:
        home.python("tests.benchmarks.seed", NOBODY, NOBODY)
        time.sleep(REST_SECONDS)
        rest = pss_megabytes(family([first.process.pid]))
        yield Figure("W6", "memory at rest", rest, "MB", bar=350)
    with _up(home, wait=False) as second:
        _until_answered(second.port)
        took = time.monotonic() - second.started
        yield Figure("W6", "second start to first answer", took, "s", bar=10)


class _Up(LiveSegue):
    port = 0


@contextmanager
def _up(home: Place, *, wait: bool = True) -> Iterator[_Up]:
    port = free_port()
    settings = {environment.DATABASE_URL: home.database_url} if home.database_url else {}
    running = _Up(home.project.data, port, settings)
    running.port = port
    try:
        if wait:
            running.wait_ready()
            running.port = urlsplit(running.base_url).port or port
        yield running
    finally:
        running.end()


def _until_answered(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        line = http.client.HTTPConnection(HOST, port, timeout=40)
        try:
            line.request("POST", "/hooks/w1", b'{"id":1,"name":"Ada"}')
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.02)
        finally:
            line.close()
    raise RuntimeError("No webhook was answered within a minute.")
