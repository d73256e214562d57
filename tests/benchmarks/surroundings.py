"""Starts what is measured, on free ports and in folders that are thrown away.

The same programs `manage.py up` starts, with the same settings; PostgreSQL with all its safety.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import dj_database_url

from builder.launch import environment
from builder.launch.broker import find_server, free_port, own_broker
from builder.launch.environment import Project, child_environment, find_project
from builder.launch.messages import Screen
from builder.launch.postgres import make_postgres
from builder.launch.process import Process, Program
from builder.launch.programs import web_program, worker_program
from builder.launch.supervisor import Supervisor
from runtime.store.connect import connect
from runtime.store.dialect import Connection
from tests.benchmarks.load import Loaded
from tests.benchmarks.memory import family, pss_megabytes

HOST = "127.0.0.1"
SAFE = ("-cfsync=on", "-cfull_page_writes=on", "-csynchronous_commit=on")
OUTSIDE = (environment.DATABASE_URL, environment.REDIS_URL, environment.PUBLIC_URL)
W3_SECONDS, W4_SECONDS = 0.2, 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, the environment of everything in it, and the PostgreSQL server if there is one."""

    folder: Path
    project: Project
    env: Mapping[str, str]
    supervisor: Supervisor
    database_url: str | None

    @property
    def settings(self) -> dict[str, Any]:
        """The database as Django names it."""
        if self.database_url:
            return dict(dj_database_url.parse(self.database_url))
        name = str(self.project.data / "segue.sqlite3")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name}

    def python(self, module: str, *argv: str) -> str:
        """What a module of ours prints, run as a program."""
        command = [str(self.project.python), "-m", module, *argv]
        done = subprocess.run(
            command, env=dict(self.env), cwd=self.project.root, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{module}: {done.stderr[-3000:]}")
        return done.stdout


@contextmanager
def place(database: str) -> Iterator[Place]:
    """A folder, and for PostgreSQL a server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="segue-benchmark-"))
    folder.chmod(0o711)  # PostgreSQL may run as another user, in a folder inside
    screen = Screen(sys.stderr)
    found = replace(find_project(os.environ), data=folder / "data")
    found.data.mkdir()
    outer = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
    env = {**child_environment(found, outer), "SEGUE_INTERNAL_HOSTS": HOST}
    supervisor = Supervisor(logs=folder / "logs", cwd=found.root, screen=screen)
    url: str | None = None
    try:
        if database == "postgresql":
            cluster = folder / "postgres"
            cluster.mkdir()
            server = make_postgres(found, cluster, screen, env)
            program = replace(server.program, argv=(*server.program.argv, *SAFE))
            supervisor.start([supervisor.add(program)])
            url = server.url
            env[environment.DATABASE_URL] = url
        yield Place(folder, found, env, supervisor, url)
    finally:
        supervisor.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class Segue:
    """A running Segue with the measured flows, and a plain connection to its database."""

    place: Place
    supervisor: Supervisor
    port: int
    slow_port: int
    db: Connection
    snapshots: Mapping[str, UUID]
    parts: dict[str, Process] = field(default_factory=dict)

    def url(self, hook: str) -> str:
        """A flow's address."""
        return f"http://{HOST}:{self.port}/hooks/{hook}"

    def slow(self, seconds: float) -> str:
        """An address that answers so late."""
        return f"http://{HOST}:{self.slow_port}/{seconds:g}"

    def load(self, url: str, clients: int, seconds: float, total: int | None = None) -> Loaded:
        """Let callers in a process of their own call."""
        rest = [] if total is None else [str(total)]
        said = self.place.python("tests.benchmarks.load", url, str(clients), str(seconds), *rest)
        return Loaded(**json.loads(said))

    def post(self, hook: str, body: Any) -> tuple[UUID, float]:
        """Call once; the run and the seconds until the answer."""
        line = http.client.HTTPConnection(HOST, self.port, timeout=120)
        raw = json.dumps(body).encode()
        begun = time.perf_counter()
        line.request("POST", f"/hooks/{hook}", raw, {"content-type": "application/json"})
        answer = line.getresponse()
        said = answer.read()
        took = time.perf_counter() - begun
        line.close()
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{hook}: {answer.status} {said[:500]!r}")
        run = answer.getheader("x-segue-run") or json.loads(said)["run"]
        return UUID(run), took

    def engine_seconds(self, run: UUID) -> float:
        """From the moment a worker took the run to its end."""
        rows = self.db.run(
            "SELECT started_at, finished_at, status, reason FROM runtime_run WHERE id = %s",
            (self.db.id(run),),
        )
        began, ended, status, reason = rows[0]
        if status != "succeeded":
            raise RuntimeError(f"run {run} is {status}: {reason}")
        return (self.db.seconds(ended) or 0) - (self.db.seconds(began) or 0)

    def drain(self, runs: int) -> float:
        """Runs of W1's flow a second, from the first claimed to the last ended, no caller waiting.

        They are queued in pieces while the workers begin: what counts is theirs.
        """
        flow = uuid4()
        env = {**self.place.env, environment.REDIS_URL: ""}  # no hint: all are found in the queue
        filling = replace(self.place, env=env)
        filling.python("tests.benchmarks.fill", str(flow), str(self.snapshots["w1"]), str(runs))
        self.wait_over("w1", seconds=300, every=0.05)
        rows = self.db.run(
            "SELECT min(started_at), max(finished_at), count(*) FROM runtime_run "
            "WHERE flow_id = %s AND status = 'succeeded'",
            (self.db.id(flow),),
        )
        first, last = (self.db.seconds(moment) or 0 for moment in rows[0][:2])
        return int(rows[0][2]) / (last - first)

    def unfinished(self, flow: str) -> int:
        """Runs of a flow that are not over."""
        rows = self.db.run(
            "SELECT count(*) FROM runtime_run WHERE snapshot_id = %s "
            "AND status IN ('queued', 'running', 'waiting')",
            (self.db.id(self.snapshots[flow]),),
        )
        return int(rows[0][0])

    def wait_over(self, flow: str, seconds: float = 90, every: float = 0.01) -> None:
        """Until no run of the flow is unfinished."""
        until = time.monotonic() + seconds
        while left := self.unfinished(flow):
            if time.monotonic() > until:
                raise RuntimeError(f"{left} runs of {flow} did not end within {seconds:g} s")
            time.sleep(every)

    def failed(self, flow: str) -> int:
        """Runs of a flow that ended badly."""
        rows = self.db.run(
            "SELECT count(*) FROM runtime_run WHERE snapshot_id = %s "
            "AND status NOT IN ('queued', 'running', 'waiting', 'succeeded')",
            (self.db.id(self.snapshots[flow]),),
        )
        return int(rows[0][0])

    def memory(self, *parts: str) -> float:
        """Web, worker and broker, or only these, in MB."""
        names = parts or [name for name in self.parts if name != "slow"]
        pids = [self.parts[name].pid for name in names]
        return pss_megabytes(family(pid for pid in pids if pid is not None))

    @contextmanager
    def floor_server(self) -> Iterator[str]:
        """The bare application of W1's floor, as long as it is measured."""
        port = free_port()
        program = web_program(self.place.project, self.place.env, HOST, port)
        bare = replace(
            program,
            name="floor",
            argv=(*program.argv[:-1], "tests.benchmarks.floor_app:application"),
        )
        process = self.supervisor.add(bare)
        self.supervisor.start([process])
        try:
            yield f"http://{HOST}:{port}/"
        finally:
            self.supervisor.processes.remove(process)
            process.ask_to_stop()
            process.wait_stopped(time.monotonic() + 10)


@contextmanager
def segue(where: Place, workers: int = 1) -> Iterator[Segue]:
    """Broker, workers, web server and the slow server."""
    supervisor = Supervisor(
        logs=where.folder / "logs", cwd=where.project.root, screen=where.supervisor.screen
    )
    port, slow_port = free_port(), free_port()
    slow = [f"http://{HOST}:{slow_port}/{seconds:g}" for seconds in (W3_SECONDS, W4_SECONDS)]
    db: Connection | None = None
    try:
        broker = own_broker(where.folder / "broker", find_server(where.project), where.env)
        env = {**where.env, environment.REDIS_URL: broker.url}
        said = where.python("tests.benchmarks.seed", *slow)
        snapshots = {name: UUID(raw) for name, raw in json.loads(said).items()}
        db = connect(where.settings)
        running = Segue(where, supervisor, port, slow_port, db, snapshots)
        for program in _programs(where, env, port, slow_port, workers, broker.program):
            running.parts[program.name] = supervisor.add(program)
            supervisor.start([running.parts[program.name]])
        _wait_for_workers(db, workers)
        yield running
    finally:
        if db is not None:
            db.close()
        supervisor.stop()


def _programs(
    where: Place,
    env: Mapping[str, str],
    port: int,
    slow_port: int,
    workers: int,
    broker: Program | None,
) -> Sequence[Program]:
    argv = (str(where.project.python), "-m", "tests.benchmarks.slow_server", str(slow_port))
    first = worker_program(where.project, env)
    return [
        *([broker] if broker else []),
        Program(name="slow", title="The slow server", argv=argv, env=env),
        *(
            replace(first, name=f"worker{n}", argv=(*first.argv, "-n", f"w{n}@%h"))
            for n in range(workers)
        ),
        web_program(where.project, env, HOST, port),
    ]


def _wait_for_workers(db: Connection, count: int) -> None:
    until = time.monotonic() + 60
    while int(db.run("SELECT count(*) FROM runtime_worker WHERE NOT dead")[0][0]) < count:
        if time.monotonic() > until:
            raise RuntimeError("The workers did not start.")
        time.sleep(0.05)
