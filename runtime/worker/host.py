"""The engine's home in a worker process: a thread with its own event loop."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import django
import structlog

from runtime.services.files import shelf
from runtime.worker.clock import SystemClock
from runtime.worker.engine import Engine
from runtime.worker.heartbeat import die
from runtime.worker.options import EngineOptions, options_from_environment
from runtime.worker.pruner import start_pruner
from runtime.worker.publisher import NoPublisher, RedisPublisher

log = structlog.get_logger(__name__)
STOP_SECONDS = 24.0
# A run passes through several threads (hint, engine, journal, publisher); at Python's usual 5 ms
# each of them would wait that long for its turn while another computes.
SWITCH_SECONDS = 0.0005


class EngineHost:
    """Starts, feeds and stops one engine from other threads."""

    def __init__(self, options: EngineOptions | None = None) -> None:
        self._options = options or options_from_environment()
        self._ready = threading.Event()
        self._stopped = threading.Event()
        self._failure: BaseException | None = None
        self._engine: Engine | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._stopping = False
        self._alone: list[subprocess.Popen[bytes]] = []
        self._thread = threading.Thread(target=self._main, name="segue-engine", daemon=True)

    def start(self) -> None:
        """Start the engine and wait until it claims; raises what kept it from starting."""
        sys.setswitchinterval(SWITCH_SECONDS)
        self._thread.start()
        self._ready.wait(60)
        if self._failure is not None:
            raise self._failure

    def submit(self, runs: Sequence[UUID]) -> None:
        """Hand on a hint."""
        if self._engine is not None and runs:
            self._engine.submit_threadsafe(runs)

    def stop(self) -> None:
        """Drain, then end the thread."""
        self.ask_to_stop()
        if self._loop is not None and self._stop is not None:
            self._stopped.wait(STOP_SECONDS)

    def ask_to_stop(self) -> None:
        """Begin to drain; returns at once."""
        self._stopping = True
        for child in self._alone:
            child.terminate()
        if self._loop is not None and self._stop is not None and not self._stopped.is_set():
            self._loop.call_soon_threadsafe(self._stop.set)

    def join(self) -> None:
        """Wait until the engine has ended by itself."""
        self._thread.join()

    def describe(self) -> dict[str, Any]:
        """What operators see: the worker, its runs, the steps in flight, what it did so far."""
        engine = self._engine
        if engine is None:
            return {"ready": False}
        return {
            "ready": True,
            "worker": str(engine.me.id),
            "pid": os.getpid(),
            "claimed": engine.claimed,
            "finished": engine.finished,
            "commits": engine.journal.commits,
            "rows": engine.journal.written,
            "active": [
                {
                    "run": str(run_id),
                    "steps": [
                        f"{s.node.key} {s.ready.iteration}".strip() for s in run.steps.values()
                    ],
                }
                for run_id, run in list(engine.active.items())
            ],
        }

    # -- on the engine's thread --------------------------------------------------------------

    def _main(self) -> None:
        try:
            import uvloop

            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._serve())
        except BaseException as error:
            self._failure = error
            log.exception("engine.failed")
            if self._ready.is_set() and not self._stopping:
                # Celery would go on taking hints that nobody follows.
                die("its engine failed")
        finally:
            self._ready.set()
            self._stopped.set()

    async def _serve(self) -> None:
        django.setup()
        from django.conf import settings

        from runtime.children.lanes import Children
        from runtime.observe.scrape import serve_here
        from runtime.observe.traces import tracer
        from runtime.registry import registry, third_party
        from runtime.services.announce import announce
        from runtime.store.connect import connect, default_settings
        from runtime.worker.chores import start_chores
        from runtime.worker.world import ServerWorld

        database = dict(default_settings())
        publisher = RedisPublisher(settings.REDIS_URL) if settings.REDIS_URL else NoPublisher()
        world, children = ServerWorld(show=publisher.show), Children(third_party())
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        clock = SystemClock()
        engine = Engine(
            lambda: connect(database),
            registry(),
            world,
            clock,
            publisher,
            self._options,
            quarantine=None if self._options.alone else self._start_alone,
            instance=children.instance,
            announce=announce,
            tell_time=clock.agree,
        )
        world.belongs_to(engine.me.id)
        if not await self._started(engine):
            return
        self._engine = engine
        pruner = None if self._options.alone else start_pruner(lambda: connect(database), shelf())
        hands = [] if self._options.alone else start_chores(lambda: connect(database))
        if not self._options.alone:
            serve_here()
        _spare_collector()
        log.info("engine.ready", worker=str(engine.me.id))
        self._ready.set()
        try:
            await self._until_stopped(engine)
            for hand in hands:
                hand.stop()
            if pruner is not None:
                await asyncio.to_thread(pruner.stop)
            released = await engine.drain()
            await asyncio.to_thread(engine.close)
            announce(released)
            await asyncio.sleep(
                0.2
            )  # a moment for the hints; without them the sweep finds the runs
        finally:
            if (sink := tracer()) is not None:
                await asyncio.to_thread(sink.close)
            publisher.close()
            await children.close()
            await world.close()

    async def _started(self, engine: Engine) -> bool:
        """False where it was to stop before it could register."""
        if self._stop is None:
            return False
        starting = asyncio.ensure_future(engine.start())
        stopping = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            return False
        stopping.cancel()
        await starting
        return True

    async def _until_stopped(self, engine: Engine) -> None:
        stop = self._stop
        if stop is None:
            return
        if not self._options.alone:
            await stop.wait()
            return
        await engine.until_idle(stop)

    def _start_alone(self, suspects: int) -> None:
        """Start workers of their own for runs that keep crashing workers."""
        self._alone = [child for child in self._alone if child.poll() is None]
        if len(self._alone) >= min(suspects, MOST_ALONE):
            return
        log.warning("runs.go_alone", runs=suspects)
        argv = [sys.executable, "-m", "runtime.worker.alone"]
        self._alone.append(subprocess.Popen(argv, stdin=subprocess.DEVNULL))


def _spare_collector() -> None:
    """Leave what was loaded at the start out of collections, and collect less often.

    A step over a long list makes many small objects; each full collection would walk all of
    Django and Celery again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


MOST_ALONE = 2


@cache
def host() -> EngineHost:
    """The engine of this process."""
    return EngineHost()
