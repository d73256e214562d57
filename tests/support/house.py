"""Segue without processes: services, admin and API on either database, and an engine on demand.

The engine runs in the test's own process, on the real store, until nothing is left to do.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import dj_database_url
from django.core.management import call_command
from django.db import connections
from django.db.utils import load_backend

from builder.models import Flow
from builder.services.create_flow import create_flow
from builder.services.publish import publish
from builder.services.run_flow import run_flow
from builder.services.save_draft import save_draft
from runtime.engine.ports import World
from runtime.models import Run, RunStatus, Step
from runtime.registry import EXTRA_MODULES, registry
from runtime.services.engine_connection import close_engine_connection
from runtime.store.connect import connect, default_settings
from runtime.store.dialect import Connection
from runtime.testing import QuietWorld
from runtime.worker.clock import SystemClock
from runtime.worker.engine import Engine
from runtime.worker.options import EngineOptions
from runtime.worker.publisher import NoPublisher
from tests.support.nodes import CountedCall
from tests.support.people import Place, make_place

ACTIVE = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING)
OPTIONS = EngineOptions(sweep_seconds=0.05, drain_seconds=0.5)


class House:
    """One workspace on one database."""

    def __init__(self) -> None:
        self.settings = dict(default_settings())
        self.place: Place = make_place("house")
        self.actor = self.place.people["editor"]
        self.world: World = QuietWorld()

    def connect(self) -> Connection:
        """A session of the store."""
        return connect(self.settings)

    # -- flows and runs ----------------------------------------------------------------------

    def flow(self, name: str, graph: Mapping[str, Any], *, live: bool = True) -> Flow:
        """A flow whose draft is also its live version."""
        made = create_flow(
            workspace_id=self.place.workspace.id, name=name, graph=dict(graph), actor=self.actor
        )
        if live:
            publish(made, revision=1, actor=self.actor, note="")
        made.refresh_from_db()
        return made

    def draft(self, flow: Flow, graph: Mapping[str, Any]) -> None:
        """Change the draft."""
        flow.refresh_from_db()
        save_draft(flow, revision=flow.draft_revision, graph=dict(graph), actor=self.actor)

    def start(self, flow: Flow, given: Any = None, *, draft: bool = False) -> Run:
        """Accept a run."""
        return Run.objects.get(id=run_flow(flow, draft=draft, actor=self.actor, given=given))

    def run(self, flow: Flow, given: Any = None, *, draft: bool = False) -> Run:
        """A run that is over."""
        return self.finish(self.start(flow, given, draft=draft).id)

    def finish(self, run_id: UUID, seconds: float = 20) -> Run:
        """Work until the run is over."""
        self.work(lambda: not Run.objects.filter(id=run_id, status__in=ACTIVE).exists(), seconds)
        return Run.objects.get(id=run_id)

    def steps(self, run: Run) -> dict[str, Step]:
        """The run's steps by name, with the round where there are rounds."""
        rows = Step.objects.filter(run=run).order_by("seq")
        return {f"{s.node}@{s.iteration}" if s.iteration else s.node: s for s in rows}

    # -- the engine --------------------------------------------------------------------------

    def work(
        self,
        until: Callable[[], bool],
        seconds: float = 20,
        options: EngineOptions = OPTIONS,
        during: Callable[[Engine], None] | None = None,
    ) -> None:
        """Run an engine until something holds; `during` is called at each look."""
        asyncio.run(self._work(until, seconds, options, during))

    async def _work(
        self,
        until: Callable[[], bool],
        seconds: float,
        options: EngineOptions,
        during: Callable[[Engine], None] | None,
    ) -> None:
        CountedCall._session = None  # the last one belonged to another loop
        engine = self.engine(options)
        await engine.start()
        end = time.monotonic() + seconds
        looker, loop = ThreadPoolExecutor(1, initializer=adopt), asyncio.get_running_loop()
        try:
            while not await loop.run_in_executor(looker, until):
                assert time.monotonic() < end, "it took too long"
                if during is not None:
                    during(engine)
                await asyncio.sleep(0.02)
        finally:
            await loop.run_in_executor(looker, _let_go)
            looker.shutdown()
            await engine.drain()
            await asyncio.to_thread(engine.close)
            if CountedCall._session is not None:
                await cast(Any, CountedCall._session).close()

    def engine(self, options: EngineOptions = OPTIONS) -> Engine:
        """An engine of this process; not started."""
        return Engine(self.connect, registry(), self.world, SystemClock(), NoPublisher(), options)


def _let_go() -> None:
    """Keep no connection to a database that goes away."""
    close_engine_connection()
    connections.close_all()


_default: dict[str, Any] = {}


def adopt() -> None:
    """Let this thread's Django use the house's database too."""
    if _default:
        settings = dict(_default)
        current = connections["default"].settings_dict
        if (current["ENGINE"], current["NAME"]) != (settings["ENGINE"], settings["NAME"]):
            connections["default"].close()
            connections["default"] = load_backend(settings["ENGINE"]).DatabaseWrapper(
                settings, "default"
            )


@contextlib.contextmanager
def house_on(folder: Path, database_url: str | None) -> Iterator[House]:
    """A fresh database as Django's own, with the test's node types known."""
    before, named = connections["default"], os.environ.get(EXTRA_MODULES)
    settings = dict(before.settings_dict)
    if database_url:
        settings |= {**dj_database_url.parse(database_url), "OPTIONS": {}}
    else:
        settings |= {"NAME": str(folder / "house.sqlite3")}
    _default.update(settings)
    os.environ[EXTRA_MODULES] = "tests.support.nodes"
    registry.cache_clear()
    adopt()
    try:
        call_command("migrate", verbosity=0)
        yield House()
    finally:
        close_engine_connection()
        connections["default"].close()
        connections["default"] = before
        _default.clear()
        os.environ.pop(EXTRA_MODULES)
        if named is not None:
            os.environ[EXTRA_MODULES] = named
        registry.cache_clear()
