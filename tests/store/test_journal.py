"""The journal's writer thread: what it keeps together, what it refuses, and what breaks it."""

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest

from runtime.engine.rows import Row, RunRow, StepRow
from runtime.models.ids import uuid7
from runtime.store import leases
from runtime.store.claims import claim_runs
from runtime.store.connect import connect
from runtime.store.dialect import Connection
from runtime.store.journal import GroupJournal
from tests.support.stand import WORKSPACE, Stand, chain, node

DOCUMENT = chain(node("start", "trigger.manual"), node("end", "data.set"))


@pytest.fixture(params=["sqlite", "postgresql"])
def stand(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Iterator[Stand]:
    """A database of the test's own."""
    database = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    made = Stand(tmp_path / "data", database, redis_url)
    try:
        yield made
    finally:
        made.close()


class Owner:
    """A worker that holds runs, and hears what its journal says of them."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.me = leases.Incarnation(uuid7(), secrets.randbits(62), "")
        leases.register(stand.db, self.me)
        self.lost: dict[UUID, int] = {}
        self.commits: list[list[Row]] = []

    def claim(self, run: UUID) -> int:
        (claim,) = claim_runs(self.stand.db, self.me.id, ids=[run], limit=1)
        return claim.epoch

    @asynccontextmanager
    async def journal(self) -> AsyncIterator[GroupJournal]:
        journal = made(
            lambda: connect(self.stand.settings),
            self.me.id,
            on_lost=self.lost.update,
            on_committed=self.commits.append,
        )
        journal.start()
        yield journal
        await asyncio.to_thread(journal.stop)

    def steps(self, run: UUID) -> set[str]:
        rows = self.stand.db.run(
            "SELECT node FROM runtime_step WHERE run_id = %s", (self.stand.db.id(run),)
        )
        return {key for (key,) in rows}


def made(
    opened: Callable[[], Connection],
    me: UUID,
    on_lost: Callable[[Mapping[UUID, int]], None] = lambda runs: None,
    on_committed: Callable[[list[Row]], None] = lambda rows: None,
    on_failure: Callable[[], None] = lambda: None,
) -> GroupJournal:
    return GroupJournal(
        opened,
        me,
        asyncio.get_running_loop(),
        on_lost=on_lost,
        on_committed=on_committed,
        on_fenced=lambda: None,
        on_failure=on_failure,
    )


def step(run: UUID, seq: int) -> StepRow:
    return StepRow(run, f"step{seq}", "", seq, "succeeded", output=b"{}", started_at=1.0)


async def test_what_one_turn_writes_is_one_commit(stand: Stand) -> None:
    """A worker that dies in between must not leave a try without the result it led to."""
    owner = Owner(stand)
    (run,) = stand.accept(DOCUMENT)
    async with owner.journal() as journal:
        journal.own(run, owner.claim(run), WORKSPACE)
        for turn in range(20):
            for number in range(10):
                journal.write(step(run, turn * 10 + number))
                threading.Event().wait(0.0005)  # the writer could take the half of it meanwhile
            await asyncio.sleep(0)
        await journal.durable()
    assert all(len(rows) % 10 == 0 for rows in owner.commits)
    assert len(owner.steps(run)) == 200


async def test_what_was_written_under_an_older_claim_is_not_kept_under_a_newer_one(
    stand: Stand,
) -> None:
    """A run is taken from its worker and comes back to it before the worker hears of it."""
    owner = Owner(stand)
    (run,) = stand.accept(DOCUMENT)
    async with owner.journal() as journal:
        journal.own(run, owner.claim(run), WORKSPACE)
        journal.write(step(run, 1))
        await journal.durable()
        leases.hand_back(stand.db, owner.me.id, [run])
        newer = owner.claim(run)
        journal.write(step(run, 2))  # of the older claim, not yet handed to the writer
        journal.own(run, newer, WORKSPACE)
        journal.write(step(run, 3))
        await journal.durable()
        assert owner.steps(run) == {"step1", "step3"}
        assert journal.owns(run, newer)
        journal.disown(run)
        journal.write(step(run, 4))
        await journal.durable()
    assert owner.steps(run) == {"step1", "step3"}


async def test_a_run_that_was_taken_away_is_named_with_the_claim_it_was_held_by(
    stand: Stand,
) -> None:
    owner = Owner(stand)
    run, other = stand.accept(DOCUMENT, count=2)
    async with owner.journal() as journal:
        epoch = owner.claim(run)
        journal.own(run, epoch, WORKSPACE)
        journal.own(other, owner.claim(other), WORKSPACE)
        leases.hand_back(stand.db, owner.me.id, [run])
        journal.write(step(run, 1), step(other, 1))
        await journal.durable()
    assert owner.lost == {run: epoch}
    assert (owner.steps(run), owner.steps(other)) == (set(), {"step1"})


class UnforeseenError(Exception):
    """Neither the fence nor a database that went away."""


def broken() -> Connection:
    raise UnforeseenError


async def test_a_worker_whose_journal_breaks_is_told_to_leave() -> None:
    """It would go on renewing its lease, and hold its runs for ever."""
    told = threading.Event()
    journal = made(broken, uuid7(), on_failure=told.set)
    journal.start()
    run = uuid7()
    journal.own(run, 1, uuid7())
    journal.write(RunRow(run, 1, "succeeded"))
    assert await asyncio.to_thread(told.wait, 10)
