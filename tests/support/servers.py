"""Databases and brokers of their own for tests, on the real servers `manage.py test` starts."""

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from builder.launch import environment
from builder.launch.broker import find_server, own_broker
from builder.launch.environment import child_environment, find_project
from builder.launch.messages import Screen
from builder.launch.postgres import make_postgres
from builder.launch.servers import throwaway_servers
from builder.launch.supervisor import Supervisor


@contextmanager
def running_servers(environ: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """The servers `manage.py test` started; started here when pytest is called by itself."""
    if environ.get(environment.TEST_POSTGRES_URL) and environ.get(environment.TEST_REDIS_URL):
        yield environ
        return
    project = find_project(environ)
    env = child_environment(project, environ)
    with throwaway_servers(project, Screen(), env) as places:
        yield places


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """An empty PostgreSQL database, dropped afterwards with all who still hold on to it."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as line:
        line.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            line.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def own_valkey(folder: Path) -> Iterator[tuple[str, Supervisor]]:
    """A broker that a test may stop, freeze or kill; its process is the supervisor's only one."""
    project = find_project(os.environ)
    broker = own_broker(folder / "broker", find_server(project), dict(os.environ))
    supervisor = Supervisor(logs=folder / "logs", cwd=folder, screen=Screen())
    try:
        if broker.program is not None:
            supervisor.start([supervisor.add(broker.program)])
        yield broker.url, supervisor
    finally:
        supervisor.stop()


class OwnPostgres:
    """A PostgreSQL that a test may stop, freeze, cut off or fill up."""

    def __init__(self, url: str, supervisor: Supervisor) -> None:
        self.url = url
        self._supervisor = supervisor
        self._frozen: list[int] = []

    @property
    def pid(self) -> int:
        """The postmaster."""
        pid = self._supervisor.processes[0].pid
        assert pid is not None
        return pid

    def restart_at_once(self) -> None:
        """As `pg_ctl restart -m immediate`: nobody is waited for, and it recovers by its log."""
        (process,) = self._supervisor.processes
        os.kill(self.pid, signal.SIGQUIT)
        assert process.popen is not None
        process.popen.wait(30)
        self._supervisor.start([process])

    def freeze(self) -> None:
        """All its processes stand still, and the lines to them stay open."""
        self._frozen = [self.pid, *_children(self.pid)]
        for pid in self._frozen:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """And go on."""
        for pid in self._frozen:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self._frozen = []

    def admin(self) -> psycopg.Connection[Any]:
        """A session of the owner, who may do anything."""
        return psycopg.connect(self.url, autocommit=True)


def _children(parent: int) -> list[int]:
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in found.split()]


@contextmanager
def own_postgres(*options: str) -> Iterator[OwnPostgres]:
    """A server of the test's own; `options` as in `-c option`."""
    # Not in pytest's folder: it may run as another user, for whom that is closed.
    folder = Path(tempfile.mkdtemp(prefix="segue-test-"))
    folder.chmod(0o711)
    cluster = folder / "postgres"
    cluster.mkdir()
    made = make_postgres(find_project(os.environ), cluster, Screen(), dict(os.environ))
    argv = (*made.program.argv, *(f"-c{option}" for option in options))
    supervisor = Supervisor(logs=folder / "logs", cwd=folder, screen=Screen())
    server = OwnPostgres(made.url, supervisor)
    try:
        supervisor.start([supervisor.add(replace(made.program, argv=argv))])
        yield server
    finally:
        server.thaw()
        supervisor.stop()
        shutil.rmtree(folder, ignore_errors=True)
