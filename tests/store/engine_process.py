"""The worker's engine in a process of its own, without Celery: quick to start, quick to die.

Forked from a server that has imported everything heavy once.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "builder.settings")
django.setup()

from runtime.registry import registry  # noqa: E402
from runtime.store import crash_points, leases  # noqa: E402
from runtime.store.connect import connect  # noqa: E402
from runtime.worker.clock import SystemClock  # noqa: E402
from runtime.worker.engine import Engine  # noqa: E402
from runtime.worker.options import options_from_environment  # noqa: E402
from runtime.worker.publisher import NoPublisher  # noqa: E402
from runtime.worker.world import ServerWorld  # noqa: E402
from tests.support.stand import Stand  # noqa: E402

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__, "tests.support.nodes"])


def start_engine(stand: Stand, crash_at: str = "", **extra: str) -> ForkServerProcess:
    """Start an engine that dies at this crash point, or a sound one; `extra` are variables."""
    args = ({**stand.env, **extra}, dict(stand.settings), crash_at)
    process = _context.Process(target=_begin, args=args, daemon=True)
    process.start()
    return process


def _begin(env: Mapping[str, str], database: Mapping[str, Any], crash_at: str) -> None:
    os.environ.update(env)
    leases.LEASE_SECONDS = float(env["SEGUE_LEASE_SECONDS"])
    crash_points.arm(crash_at)
    asyncio.run(_serve(database))


async def _serve(database: Mapping[str, Any]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    engine = Engine(
        lambda: connect(database),
        registry(),
        ServerWorld(),
        SystemClock(),
        NoPublisher(),
        options_from_environment(),
    )
    await engine.start()
    await stop.wait()
    await engine.drain()
    engine.close()
