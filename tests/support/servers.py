"""Databases and brokers of their own for tests, on the real servers `manage.py test` starts."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from builder.launch import environment
from builder.launch.broker import find_server, own_broker
from builder.launch.environment import child_environment, find_project
from builder.launch.messages import Screen
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
