"""A filled-in form starts a run: committed before anybody is thanked; sent twice, it is one run."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from runtime.models import Entry, Page, Run, RunStatus
from runtime.models.ids import uuid7
from runtime.sdk.items import FileRef, Item, Json
from runtime.services.limits import priority_of, slot_of
from runtime.services.start_run import accept_run
from runtime.store.accept import MACHINE, NewRun, Starter
from runtime.store.dialect import DatabaseDownError

WINDOW_SECONDS = 60


class TooManyError(Exception):
    """The page was used more often in this minute than it may be."""


class NotKeptError(Exception):
    """The database is away; nothing was accepted."""


def send_form(
    page: Page | Entry,
    answers: Mapping[str, Json],
    *,
    once: str,
    files: Sequence[FileRef] = (),
    by: Starter = MACHINE,
) -> UUID:
    """Return the run's id; raises TooManyError, FlowBusyError, NotKeptError.

    The same answers with the same `once` are the same run: somebody pressed the button twice.
    """
    settings = json.loads(page.settings)
    if _in_the_last_minute(page) >= int(settings.get("most_per_minute", 60)):
        raise TooManyError
    now = time.time()
    sent_at = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    item: Json = {**answers, "sent_at": sent_at}
    limits = settings.get("limits") or {}
    sent: list[Json] = [dict(answers), [file.sha256 for file in files]]
    fingerprint = hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()
    run = NewRun(
        id=uuid7(),
        workspace_id=page.workspace_id,
        flow_id=page.flow_id,
        version=page.version,
        snapshot_id=page.snapshot_id,
        mode=page.mode,
        trigger_key=page.node,
        trigger_kind=page.kind,
        items=[Item(item, files)],
        created_at=now,
        deadline_seconds=float(settings.get("deadline_seconds", 3600)),
        priority=priority_of(limits),
        slot=slot_of(limits, page.flow_id, page.mode, item),
        by=by,
        delivery=(page.id, f"{once[:100]}/{fingerprint[:32]}", fingerprint),
    )
    try:
        return accept_run(run).id
    except DatabaseDownError as error:
        raise NotKeptError from error


def _in_the_last_minute(page: Page | Entry) -> int:
    # The ids begin with their moment: the key's own index finds the last minute's rows.
    since = UUID(int=int((time.time() - WINDOW_SECONDS) * 1000) << 80)
    rows = Run.objects.filter(id__gte=since, flow_id=page.flow_id, mode=page.mode)
    return rows.filter(trigger_kind=page.kind).count()


@dataclass(frozen=True, slots=True)
class Ended:
    """What a person may see of a run: that it goes on, that it failed, or what it answers."""

    over: bool
    good: bool
    answer: Any = None


def ended(run_id: UUID) -> Ended:
    """Return the flow's answer to a person: of Respond, else of its result the first item."""
    run = Run.objects.filter(id=run_id).only("status", "response", "output").first()
    if run is None:
        return Ended(over=True, good=False)
    if run.response:
        said = json.loads(run.response)
        return Ended(over=True, good=int(said.get("status", 200)) < 400, answer=said.get("body"))
    if run.status in (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING):
        return Ended(over=False, good=True)
    output = json.loads(run.output) if run.output else None
    first = output[0] if isinstance(output, list) and output else output
    plain = first["json"] if isinstance(first, dict) and set(first) == {"json"} else first
    return Ended(over=True, good=run.status == RunStatus.SUCCEEDED, answer=plain)
