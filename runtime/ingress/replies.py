"""Waits for a run's answer: told over Redis, and by looking now and then where that is silent."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import structlog
from redis import RedisError
from redis.asyncio import Redis

from runtime.ingress.batcher import Batcher
from runtime.store.dialect import Connection, DatabaseDownError

log = structlog.get_logger(__name__)
LOOK_SECONDS = 0.05  # without Redis
TRUST_SECONDS = 1.0  # with it: how long its silence is believed
OVER = frozenset({"succeeded", "failed", "timed_out", "cancelled"})


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands, as far as its caller is concerned."""

    status: str
    response: dict[str, Any] | None
    output: Any
    reason: str | None

    def answers(self, *, for_response: bool) -> bool:
        """Whether a caller who waits for the end, or for a Respond step, has what it waits for."""
        return self.status in OVER or (for_response and self.response is not None)


@dataclass(slots=True)
class _Caller:
    """Those who wait for a run (several, if they sent the same event), and what was said of it."""

    callers: int = 0
    told: asyncio.Event = field(default_factory=asyncio.Event)
    standing: Standing | None = None


class Replies:
    """One channel for the whole web process."""

    def __init__(self, redis_url: str) -> None:
        self.channel = secrets.token_hex(16)
        self._url = redis_url
        self._waiting: dict[UUID, _Caller] = {}
        self._look: Batcher[UUID, Standing | None] = Batcher("replies", read_standings)
        self._listener: asyncio.Task[None] | None = None
        self.listening = False

    def expect(self, run: UUID) -> None:
        """From now on messages about this run are noticed."""
        self._waiting[run] = _Caller()
        if self._url and (self._listener is None or self._listener.done()):
            self._listener = asyncio.get_running_loop().create_task(self._listen())

    def forget(self, run: UUID) -> None:
        """Nobody waits for this run any more."""
        self._waiting.pop(run, None)

    async def wait(self, run: UUID, seconds: float, *, for_response: bool) -> Standing | None:
        """How the run stands once it is over (or has answered); None when time ran out.

        Also where the database is away: the run is kept, and its caller must hear nothing else.
        """
        until = time.monotonic() + seconds
        caller = self._waiting.get(run)
        pause = LOOK_SECONDS if caller is None else self._pause
        if caller is None:  # another call with the same key began it, and may have its answer
            caller = self._waiting[run] = _Caller()
        caller.callers += 1
        try:
            while (left := until - time.monotonic()) > 0:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(pause, left)):
                        await caller.told.wait()
                caller.told.clear()
                standing = caller.standing or await self._looked_up(run)
                if standing is not None and standing.answers(for_response=for_response):
                    return standing
                caller.standing = None
                pause = self._pause
            return None
        finally:
            caller.callers -= 1
            if caller.callers == 0:
                self.forget(run)

    @property
    def _pause(self) -> float:
        return TRUST_SECONDS if self.listening else LOOK_SECONDS

    async def _looked_up(self, run: UUID) -> Standing | None:
        try:
            return await self._look.ask(run)
        except DatabaseDownError:
            return None

    async def _listen(self) -> None:
        while True:
            try:
                client = Redis.from_url(self._url, socket_connect_timeout=2)
                async with client, client.pubsub() as pubsub:
                    await pubsub.subscribe(f"segue:reply:{self.channel}")
                    self.listening = True
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._tell(message["data"])
            except (RedisError, OSError) as error:
                log.debug("replies.redis_away", error=str(error))
            finally:
                self.listening = False
            await asyncio.sleep(0.5)

    def _tell(self, data: bytes) -> None:
        """Hand what a worker said on; a long answer is only announced, and looked up."""
        with contextlib.suppress(ValueError, KeyError, TypeError):
            for said in orjson.loads(data):
                caller = self._waiting.get(UUID(said["run"]))
                if caller is None:
                    continue
                if "status" in said:
                    caller.standing = Standing(
                        said["status"], said["response"], said["output"], said["reason"]
                    )
                caller.told.set()


def read_standings(db: Connection, runs: Sequence[UUID]) -> list[Standing | None]:
    """How these runs stand, in one query."""
    match, values = db.ids(list(runs))
    rows = db.run(
        f"SELECT id, status, response, output, reason FROM runtime_run WHERE id {match}",  # noqa: S608
        values,
    )
    found = {
        db.uuid(run): Standing(
            status,
            orjson.loads(response) if response else None,
            orjson.loads(output) if output else None,
            reason,
        )
        for run, status, response, output, reason in rows
    }
    return [found.get(run) for run in runs]
