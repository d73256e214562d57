"""A database with real Celery workers beside the test, to be killed at will."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import dj_database_url
import httpx

from builder.launch.broker import free_port
from builder.launch.environment import find_project
from builder.launch.programs import status, web_program
from runtime.graph.document import Document, canonical, content_hash
from runtime.graph.parse import parse_document
from runtime.models.ids import uuid7
from runtime.sdk.items import Item
from runtime.store.accept import NewRun, accept
from runtime.store.connect import connect
from runtime.store.dialect import Connection, DatabaseDownError

ROOT = Path(__file__).resolve().parents[2]
WORKSPACE = UUID(int=7)


class Stand:
    """Workers on one database and broker. Everything is stopped by `close`."""

    def __init__(self, folder: Path, database_url: str | None, redis_url: str) -> None:
        self.folder = folder
        self.env = {
            **os.environ,
            "SEGUE_DATA": str(folder),
            "REDIS_URL": redis_url,
            "DJANGO_SETTINGS_MODULE": "builder.settings",
            "SEGUE_EXTRA_NODES": "tests.support.nodes",
            "SEGUE_LEASE_SECONDS": "3",
            "PYTHONPATH": str(ROOT),
        }
        self.env.pop("DATABASE_URL", None)
        folder.mkdir(parents=True, exist_ok=True)
        if database_url:
            self.env["DATABASE_URL"] = database_url
            self.settings: Mapping[str, Any] = dict(dj_database_url.parse(database_url))
        else:
            self.settings = {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(folder / "segue.sqlite3"),
            }
        self.workers: list[subprocess.Popen[bytes]] = []
        self.webs: list[subprocess.Popen[bytes]] = []
        self._log = (folder / "worker.log").open("ab")
        if database_url:
            _migrate(self.env)
        else:
            shutil.copy(_migrated_file(), str(self.settings["NAME"]))
        self.db: Connection = connect(self.settings)

    def django(self, *argv: str) -> str:
        """What a management command prints."""
        command = [sys.executable, "-m", "django", *argv]
        done = subprocess.run(
            command, env=self.env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def api(self, base: str) -> httpx.Client:
        """A client of the API at this web server, as the admin of a fresh install."""
        self.django("segue_first_start")
        token = self.django("token", "admin").split()[-1]
        return httpx.Client(
            base_url=f"{base}/api/", headers={"Authorization": f"Token {token}"}, timeout=60
        )

    def add_model(self, base_url: str) -> None:
        """A model of the workspace in which runs are accepted here."""
        lines = [
            "from builder.models import ModelProfile, Workspace",
            f"where = Workspace.objects.create(id='{WORKSPACE}', name='Stand')",
            "model = ModelProfile(workspace=where, name='Scripted', model='scripted')",
            f"model.base_url = '{base_url}'",
            "model.save()",
        ]
        self.django("shell", "-c", "\n".join(lines))

    # -- workers -----------------------------------------------------------------------------

    def start_worker(self, **extra: str) -> subprocess.Popen[bytes]:
        """Start a real worker process; `extra` are variables of its own."""
        return self._start(["celery"], extra)

    def start_worker_by_clock(self, wrong: float, **extra: str) -> subprocess.Popen[bytes]:
        """A worker whose wall clock is wrong by so many seconds."""
        return self._start(["tests.support.shifted", str(wrong), "celery"], extra)

    def start_worker_with_brief_minutes(self, seconds: float, **extra: str) -> None:
        """A worker for which a minute of models' limits is over after so many seconds."""
        self._start(["tests.support.brief_minute", str(seconds), "celery"], extra)

    def _start(self, program: Sequence[str], extra: Mapping[str, str]) -> subprocess.Popen[bytes]:
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        worker = subprocess.Popen(
            [
                sys.executable,
                "-m",
                *program,
                "-A",
                "runtime.worker.app:app",
                "worker",
                "-P",
                "solo",
                "-Q",
                "flows",
                "-n",
                f"w{len(self.workers)}@%h",
                *quiet,
            ],
            env={**self.env, **extra},
            cwd=ROOT,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self.workers.append(worker)
        return worker

    def start_web(self, **extra: str) -> str:
        """Start the real web server, as `manage.py up` does; returns where it answers."""
        port = free_port()
        program = web_program(find_project(self.env), {**self.env, **extra}, "127.0.0.1", port)
        web = subprocess.Popen(
            program.argv,
            env=dict(program.env),
            cwd=ROOT,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self.webs.append(web)
        self.until(lambda: status("127.0.0.1", port, "/health") == 200, 60, "no web server")
        return f"http://127.0.0.1:{port}"

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """kill -9, and wait until it is gone."""
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def was_started_here(self, pid: int) -> bool:
        """Whether it is one of ours, or one that a worker started for suspected runs."""
        ours = [worker for worker in self.workers if worker.pid == pid]
        for worker in ours:
            worker.wait()
        return bool(ours)

    def busiest(self, at_least: int, seconds: float = 40) -> int:
        """The process that holds most runs, once one holds so many."""
        found: list[int] = []

        def look() -> bool:
            rows = self.db.run(
                "SELECT w.pid, count(*) FROM runtime_worker w JOIN runtime_run r "
                "ON r.owner_id = w.id WHERE NOT w.dead AND r.status = 'running' "
                "GROUP BY w.pid ORDER BY count(*) DESC"
            )
            found[:] = [pid for pid, held in rows if held >= at_least and lives(pid)]
            return bool(found)

        self.until(look, seconds, f"no worker held {at_least} runs")
        return found[0]

    def alive_workers(self) -> int:
        """Workers with a lease."""
        return int(self.one("SELECT count(*) FROM runtime_worker WHERE NOT dead"))

    def wait_for_workers(self, count: int, seconds: float = 30) -> None:
        """Until so many workers have registered."""
        self.until(lambda: self.alive_workers() >= count, seconds, "workers did not start")

    def reconnect(self) -> None:
        """A fresh session for the test itself, as soon as the database gives one."""
        self.db.close()

        def opened() -> bool:
            try:
                self.db = connect(self.settings)
            except DatabaseDownError:
                return False
            return True

        self.until(opened, 30, "the database did not come back")

    def forget_sessions(self) -> None:
        """As if the machine of the dead were gone: the database drops what they had asked for."""
        if self.db.for_update:
            self.db.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                "datname = current_database() AND application_name = 'segue-engine' "
                "AND pid <> pg_backend_pid()"
            )

    # -- runs --------------------------------------------------------------------------------

    def accept(
        self,
        document: Document,
        count: int = 1,
        items: Sequence[Any] = ({},),
        trigger: str | None = None,
        dedupe: bool = True,
        **extra: Any,
    ) -> list[UUID]:
        """Accept runs of a document, committed."""
        snapshot = self.snapshot(document)
        trigger = trigger or document.nodes[0].key
        common: dict[str, Any] = {
            "workspace_id": WORKSPACE,
            "flow_id": None,
            "version": None,
            "mode": "live",
            "trigger_key": trigger,
            "trigger_kind": "manual",
        }
        runs = [
            NewRun(
                id=uuid7(),
                snapshot_id=snapshot,
                items=[Item(i) for i in items],
                created_at=time.time(),
                deadline_seconds=document.settings.deadline_seconds,
                **{**common, **extra},
            )
            for _ in range(count)
        ]
        accept(self.db, runs, dedupe=dedupe)
        return [run.id for run in runs]

    def snapshot(self, document: Document) -> UUID:
        sha = content_hash(document)
        known = self.db.run("SELECT id FROM runtime_snapshot WHERE sha256 = %s", (sha,))
        if known:
            found = self.db.uuid(known[0][0])
            assert found is not None
            return found
        snapshot = uuid7()
        with self.db.transaction():
            self.db.run(
                "INSERT INTO runtime_snapshot (id, workspace_id, sha256, document, created_at) "
                "VALUES (%s, %s, %s, %s, %s)",
                (
                    self.db.id(snapshot),
                    self.db.id(WORKSPACE),
                    sha,
                    canonical(document),
                    self.db.time(time.time()),
                ),
            )
        return snapshot

    def route(self, path: str, document: Document, answer: str = "at_once") -> UUID:
        """Publish a document at `/hooks/{path}`, started by its first node; returns the flow."""
        flow, snapshot = uuid7(), self.snapshot(document)
        settings = {
            "answer": answer,
            "max_body_kb": 1024,
            "deadline_seconds": document.settings.deadline_seconds,
            "wait_limit_seconds": document.settings.wait_limit_seconds,
        }
        values = (
            self.db.id(uuid7()), self.db.id(WORKSPACE), self.db.id(flow), path, "live", True, path,
            "POST", self.db.id(snapshot), 1, document.nodes[0].key, json.dumps(settings),
        )  # fmt: skip
        with self.db.transaction():
            self.db.run(
                "INSERT INTO runtime_route (id, workspace_id, flow_id, flow_name, mode, live, "
                "path, methods, snapshot_id, version, node, settings) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                values,
            )
        return flow

    def one(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The single value of a query."""
        return self.db.run(sql, values)[0][0]

    def unfinished(self) -> int:
        """Runs that are not over."""
        return int(
            self.one(
                "SELECT count(*) FROM runtime_run WHERE status IN ('queued', 'running', 'waiting')"
            )
        )

    def log(self) -> str:
        """What the processes said so far."""
        return (self.folder / "worker.log").read_text(errors="replace")

    def wait_over(self, seconds: float) -> None:
        """Until every run is over."""
        self.until(lambda: self.unfinished() == 0, seconds, "runs did not end")

    def until(self, condition: Any, seconds: float, what: str) -> None:
        """Poll a condition; fails with the worker's last words."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"{what} within {seconds} s\n{self.log()[-3000:]}")
            time.sleep(0.05)

    def statuses(self) -> dict[str, int]:
        """Runs by status."""
        rows = self.db.run("SELECT status, count(*) FROM runtime_run GROUP BY status")
        return {str(status): int(count) for status, count in rows}

    def close(self) -> None:
        """Stop everything."""
        for process in [*self.webs, *self.workers]:
            # The web server's own child is in its session: both go, frozen or not.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.db.close()
        self._log.close()


def _migrate(env: Mapping[str, str]) -> None:
    argv = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(argv, env=env, cwd=ROOT, check=True)


@cache
def _migrated_file() -> Path:
    """A SQLite file with all the tables; making them takes seconds, copying them none."""
    folder = tempfile.TemporaryDirectory(prefix="segue-tables-")
    atexit.register(folder.cleanup)
    env = {**os.environ, "SEGUE_DATA": folder.name, "DJANGO_SETTINGS_MODULE": "builder.settings"}
    env.pop("DATABASE_URL", None)
    _migrate(env)
    return Path(folder.name) / "segue.sqlite3"


def node(
    key: str, type_: str, params: Mapping[str, Any] | None = None, **rest: Any
) -> dict[str, Any]:
    """A node of a test document."""
    return {"id": key, "key": key, "type": type_, "params": dict(params or {}), **rest}


def chain(*nodes: Mapping[str, Any], **settings: Any) -> Document:
    """A document whose nodes follow one another."""
    edges = [{"source": a["id"], "target": b["id"]} for a, b in pairwise(nodes)]
    return parse_document({"nodes": list(nodes), "edges": edges, "settings": settings})


def lives(pid: int) -> bool:
    """False also for a process that was killed and not yet collected by its parent."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def threads_of(pid: int) -> int:
    """Of a process and its children."""
    tasks = list(Path(f"/proc/{pid}/task").iterdir())
    below = [child for task in tasks for child in (task / "children").read_text().split()]
    return len(tasks) + sum(threads_of(int(child)) for child in below)
