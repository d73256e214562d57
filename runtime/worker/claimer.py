"""Which runs this worker takes, and when. Claims go on while the runs of the last one begin."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from runtime.engine.history import ClaimedRun
from runtime.engine.ports import Clock
from runtime.observe import metrics
from runtime.store import leases
from runtime.store.claims import claim_runs
from runtime.store.dialect import DatabaseDownError
from runtime.store.journal import GroupJournal
from runtime.worker.options import EngineOptions

log = structlog.get_logger(__name__)
PAUSE_SECONDS = 0.5  # before the next claim where the database was away


@dataclass(frozen=True, slots=True)
class _Asked:
    """A claim on its way: for these runs, or for the next `limit` in line."""

    answer: asyncio.Future[list[ClaimedRun]]
    ids: Sequence[UUID] | None
    limit: int
    began: float


class Claimer:
    """Lives on the engine's loop. `begin` is called with each run that was claimed."""

    def __init__(
        self,
        journal: GroupJournal,
        me: UUID,
        options: EngineOptions,
        clock: Clock,
        active: Collection[UUID],
        begin: Callable[[ClaimedRun], Awaitable[None]],
    ) -> None:
        self._journal = journal
        self._me = me
        self._options = options
        self._clock = clock
        self._active = active
        self._begin = begin
        self._hints: deque[UUID] = deque()
        self._wake = asyncio.Event()
        self._stopped = False
        self._coming = 0  # runs that were asked for and have not begun
        self.backlog = True  # there may be runs in the queue of which no hint speaks
        self.unsure = False  # there may be runs that are ours without our knowing
        self._looked = False
        self.claimed = 0

    # -- what the engine tells it ------------------------------------------------------------

    def submit(self, ids: Sequence[UUID]) -> None:
        """These runs may be ready. A hint: losing or repeating it does no harm."""
        room = self._room - len(self._hints)
        self._hints.extend(ids[: max(0, room)])
        if len(ids) > room:
            self.backlog = True  # over the cap ids are dropped: the queue remembers
        self._wake.set()

    def look(self) -> None:
        """Look into the queue, whether or not a hint came."""
        self.backlog = True
        self._wake.set()

    def room_was_made(self, *, slot: bool) -> None:
        """A run is gone; with its `slot` another that waits for the same may begin."""
        if slot:
            self.backlog = True
        if self.backlog or self._hints:
            self._wake.set()

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopped = True

    @property
    def claimed_when_able(self) -> int | None:
        """How many were claimed so far; None while it would not claim anyway. From any thread."""
        able = not self._stopped and not self._options.alone and self._room > 0
        return self.claimed if able else None

    @property
    def found_nothing(self) -> bool:
        """Whether it has looked, nothing more is to be had, and nothing is on its way."""
        return self._looked and not self.backlog and not self._coming

    # -- claiming ----------------------------------------------------------------------------

    async def run(self) -> None:
        """Claim whatever there is, for as long as the engine lives."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._until_nothing_is_wanted()

    async def _until_nothing_is_wanted(self) -> None:
        asked: _Asked | None = None
        while asked or self.unsure or self._wants_more():
            if asked is None:
                asked = await self._ask_in_order()
                continue
            before, claims = asked, await self._claims(asked)
            # The database works on the next claim while these begin.
            asked = self._ask() if not self.unsure and self._wants_more() else None
            for claim in claims:
                self.claimed += 1
                await self._begin(claim)
            self._coming -= before.limit

    async def _ask_in_order(self) -> _Asked | None:
        """Ask once it is certain what is ours."""
        try:
            if self.unsure:
                await self.return_strays()
        except DatabaseDownError:
            await asyncio.sleep(PAUSE_SECONDS)
            return None
        return self._ask() if self._wants_more() else None

    @property
    def _room(self) -> int:
        """How many more runs it may hold."""
        held = len(self._active)
        came_through = self.claimed - held
        most = min(self._options.max_active, 1 + came_through)
        return (most if self._options.alone else self._options.max_active) - held - self._coming

    def _wants_more(self) -> bool:
        return not self._stopped and self._room > 0 and (self.backlog or bool(self._hints))

    def _ask(self) -> _Asked:
        limit = min(self._room, self._options.claim_size)
        ids: list[UUID] | None = None
        if not self.backlog:
            ids = [self._hints.popleft() for _ in range(min(limit, len(self._hints)))]
            limit = len(ids)
        alone, now, me = self._options.alone, self._clock.now(), self._me
        self._coming += limit
        self.backlog = False
        answer = self._journal.do(
            lambda db: claim_runs(db, me, now, ids=ids, limit=limit, alone=alone)
        )
        return _Asked(answer, ids, limit, time.monotonic())

    async def _claims(self, asked: _Asked) -> list[ClaimedRun]:
        try:
            claims = await asked.answer
        except DatabaseDownError:
            self.unsure = self.backlog = True
            await asyncio.sleep(PAUSE_SECONDS)
            return []
        self._looked = True
        metrics.claimed(claims, time.monotonic() - asked.began)
        # A hinted run that was not to be had is over, another's, or waits for its slot.
        found_all = len(claims) == asked.limit
        if found_all if asked.ids is None else not found_all:
            self.backlog = True
        return claims

    async def return_strays(self) -> list[UUID]:
        """Put back what is ours by the database only; when every run we claimed has begun."""
        held = set(self._active)
        strays = await self._journal.do(lambda db: leases.hand_back_strays(db, self._me, held))
        self.unsure = False
        if strays:
            log.warning("runs.handed_back", count=len(strays))
        return strays
