"""The journal's writer thread: what becomes of a worker whose writer breaks."""

import asyncio
import threading

from runtime.engine.rows import RunRow
from runtime.models.ids import uuid7
from runtime.store.dialect import Connection
from runtime.store.journal import GroupJournal


class UnforeseenError(Exception):
    """Neither the fence nor a database that went away."""


def broken() -> Connection:
    raise UnforeseenError


async def test_a_worker_whose_journal_breaks_is_told_to_leave() -> None:
    """It would go on renewing its lease, and hold its runs for ever."""
    told = threading.Event()
    journal = GroupJournal(
        broken,
        uuid7(),
        asyncio.get_running_loop(),
        on_lost=lambda runs: None,
        on_committed=lambda rows: None,
        on_fenced=lambda: None,
        on_failure=told.set,
    )
    journal.start()
    journal.write(RunRow(uuid7(), 1, "succeeded"))
    assert await asyncio.to_thread(told.wait, 10)
