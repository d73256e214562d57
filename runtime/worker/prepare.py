"""What a claimed run needs before it can begin: its plan, and what it is to be answered with."""

from __future__ import annotations

import asyncio
import contextlib
from uuid import UUID

from runtime.engine.history import ClaimedRun
from runtime.engine.recorded import Recorded
from runtime.graph.issue import DocumentError
from runtime.graph.plan import Plan, UnknownNodeTypeError
from runtime.store.claims import load_document, load_recorded
from runtime.store.dialect import DatabaseDownError
from runtime.store.journal import GroupJournal
from runtime.worker.plans import PlanCache

AGAIN_SECONDS = 0.5


async def plan_of(snapshot: UUID, plans: PlanCache, journal: GroupJournal) -> Plan:
    """The plan of a snapshot; raises DatabaseDownError, UnknownNodeTypeError and DocumentError."""
    plan = plans.get(snapshot)
    if plan is None:
        document = await journal.do(lambda db: load_document(db, snapshot))
        plan = plans.compile(snapshot, document)
    return plan


async def recorded_for(
    claim: ClaimedRun, plans: PlanCache, journal: GroupJournal
) -> Recorded | None:
    """What answers in place of the world. Without it the steps say that nothing is recorded."""
    if claim.replays is None:
        return None
    while True:
        try:
            snapshot, history = await journal.do(lambda db: load_recorded(db, claim))
            break
        except DatabaseDownError:
            await asyncio.sleep(AGAIN_SECONDS)
    plan = None
    if snapshot is not None:
        with contextlib.suppress(UnknownNodeTypeError, DocumentError, DatabaseDownError):
            plan = await plan_of(snapshot, plans, journal)
    return Recorded.of(history, plan)
