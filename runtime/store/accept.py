"""Accepting runs: one transaction for many, deduplicated. A 2xx is only sent after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

import orjson

from runtime.observe import metrics
from runtime.sdk.items import Item
from runtime.store.cancel import cancel
from runtime.store.crash_points import crash_point
from runtime.store.dialect import Connection
from runtime.store.file_uses import files_of, use_files, use_same_files
from runtime.store.prefill import PinnedStep, Prefill, copy_journal, lay_down
from runtime.store.tables import RUNS, moment

DELIVERY_SECONDS = 86_400
_NOT_OVER = "status IN ('queued', 'running', 'waiting')"
_NEWER = "a newer run, as the flow's settings ask"


class WhenBusy(StrEnum):
    """What becomes of a run whose slot is full."""

    QUEUE = "queue"  # it waits its turn
    REJECT = "reject"  # it is not accepted
    REPLACE = "replace"  # those before it are stopped


@dataclass(frozen=True, slots=True)
class Slot:
    """Runs of one name share `limit` places."""

    name: str
    limit: int
    when_busy: WhenBusy


@dataclass(frozen=True, slots=True)
class Starter:
    """Who started a run: a person's id, and the name of the API key where one was used."""

    person: int | None = None
    key: str | None = None


MACHINE = Starter()


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to be accepted. `delivery` is (scope, key, fingerprint of the body)."""

    id: UUID
    workspace_id: UUID
    flow_id: UUID | None
    version: int | None
    snapshot_id: UUID
    mode: str
    trigger_key: str
    trigger_kind: str
    items: Sequence[Item]
    created_at: float
    deadline_seconds: float
    reply_to: str | None = None
    priority: int = 0
    parent_run_id: UUID | None = None
    delivery: tuple[UUID, str, str] | None = None
    slot: Slot | None = None
    again_of: UUID | None = None
    again: str | None = None
    replays: UUID | None = None
    prefill: Prefill | None = None
    pins: Sequence[PinnedStep] = ()
    by: Starter = MACHINE

    @property
    def laid_down(self) -> int:
        """The last number of the rows that it has from the beginning, before any pinned ones."""
        return self.prefill.seq if self.prefill else 0


@dataclass(frozen=True, slots=True)
class Accepted:
    """The run that stands for an event: a new one, or the one the same event made before.

    `conflict` is set where the same key came with another body, `busy` where the flow takes no more
    runs at the moment; then nothing was accepted.
    """

    run_id: UUID
    fresh: bool
    conflict: bool = False
    busy: bool = False


def accept(db: Connection, runs: Sequence[NewRun], *, dedupe: bool = True) -> list[Accepted]:
    """Insert runs in one transaction; raises DatabaseDownError where it cannot say whether it did.

    Accepting the very same runs again then does what is still to be done, and says the same.
    `dedupe` is only ever off where a test shows what breaks without it.
    """
    crash_point("accept.begin")
    db.need_room()
    with db.transaction():
        answers = accept_within(db, runs, dedupe=dedupe)
        crash_point("accept.inserted")
    crash_point("accept.committed")
    metrics.accepted([run for run, said in zip(runs, answers, strict=True) if said.fresh])
    return answers


def accept_within(db: Connection, runs: Sequence[NewRun], *, dedupe: bool = True) -> list[Accepted]:
    """The same inside the caller's transaction."""
    taken: Counter[str] = Counter()
    answers = [_answer(db, run if dedupe else replace(run, delivery=None), taken) for run in runs]
    crash_point("accept.delivered")
    fresh = [run for run, answer in zip(runs, answers, strict=True) if answer.fresh]
    filled = [run for run in fresh if (run.prefill or run.pins) and not _is_there(db, run)]
    db.insert(RUNS, [_row(run) for run in fresh])
    for run in filled:
        if run.prefill is not None:
            copy_journal(db, run.id, run.prefill)
        lay_down(db, run.id, run.pins, run.laid_down, run.created_at)
    for run in fresh:
        _use_files(db, run)
    _replace(db, fresh)
    return answers


def _use_files(db: Connection, run: NewRun) -> None:
    """Its files are kept as long as it is, whoever brought them."""
    files = files_of(run.items)
    for pin in run.pins:
        files += [file for items in pin.outputs.values() for file in files_of(items)]
    use_files(db, run.id, run.workspace_id, files)
    for before in {run.again_of, run.replays}:
        if before is not None:
            use_same_files(db, run.id, before)


def _answer(db: Connection, run: NewRun, taken: Counter[str]) -> Accepted:
    """Whether it is new; `taken` counts the places that runs of this batch took."""
    slot = run.slot
    if slot is not None and slot.when_busy is WhenBusy.REJECT:
        known = _known(db, run)
        if known is not None:
            return known
        if _active_besides(db, slot, run) + taken[slot.name] >= slot.limit:
            return Accepted(run.id, fresh=False, busy=True)
    answer = _deliver(db, run)
    if slot is not None and answer.fresh:
        taken[slot.name] += 1
    return answer


def _active_besides(db: Connection, slot: Slot, run: NewRun) -> int:
    """The places that others have. Its own it has when it is accepted for the second time."""
    db.lock_slots()
    rows = db.run(
        f"SELECT count(*) FROM runtime_run WHERE slot = %s AND {_NOT_OVER} AND id <> %s",
        (slot.name, db.id(run.id)),
    )
    return int(rows[0][0])


def _is_there(db: Connection, run: NewRun) -> bool:
    return bool(db.run("SELECT 1 FROM runtime_run WHERE id = %s", (db.id(run.id),)))


def _replace(db: Connection, fresh: Sequence[NewRun]) -> None:
    """The newest runs of a slot push out those before them."""
    slots = {run.slot for run in fresh if run.slot and run.slot.when_busy is WhenBusy.REPLACE}
    if slots:
        db.lock_slots()  # two who accept at once would not see, and so not replace, each other's
    for slot in slots:
        rows = db.run(
            f"SELECT id FROM runtime_run WHERE slot = %s AND {_NOT_OVER} ORDER BY id DESC",
            (slot.name,),
        )
        older = [run for row in rows[slot.limit :] if (run := db.uuid(row[0])) is not None]
        cancel(db, older, by=_NEWER)


def _deliver(db: Connection, run: NewRun) -> Accepted:
    if run.delivery is None:
        return Accepted(run.id, fresh=True)
    scope, key, fingerprint = run.delivery
    db.run(
        "DELETE FROM runtime_delivery WHERE scope = %s AND key = %s AND expires_at < %s",
        (db.id(scope), key, db.time(run.created_at)),
    )
    inserted = db.count(
        "INSERT INTO runtime_delivery (scope, key, fingerprint, run_id, expires_at) "
        "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (scope, key) DO NOTHING",
        (
            db.id(scope),
            key,
            fingerprint,
            db.id(run.id),
            db.time(run.created_at + DELIVERY_SECONDS),
        ),
    )
    return (None if inserted else _known(db, run)) or Accepted(run.id, fresh=True)


def _known(db: Connection, run: NewRun) -> Accepted | None:
    """The run that the same event made before."""
    if run.delivery is None:
        return None
    scope, key, fingerprint = run.delivery
    rows = db.run(
        "SELECT run_id, fingerprint FROM runtime_delivery "
        "WHERE scope = %s AND key = %s AND expires_at >= %s",
        (db.id(scope), key, db.time(run.created_at)),
    )
    if not rows:
        return None
    before, known = rows[0]
    return Accepted(
        db.uuid(before) or run.id,
        fresh=db.uuid(before) == run.id,  # its own: accepted before, and the answer was lost
        conflict=known != fingerprint,
    )


def _row(run: NewRun) -> dict[str, object]:
    return {
        "id": str(run.id),
        "workspace_id": str(run.workspace_id),
        "flow_id": str(run.flow_id) if run.flow_id else None,
        "version": run.version,
        "snapshot_id": str(run.snapshot_id),
        "mode": run.mode,
        "status": "queued",
        "priority": run.priority,
        "slot": run.slot.name if run.slot else None,
        "slot_limit": run.slot.limit if run.slot else None,
        "trigger_key": run.trigger_key,
        "trigger_kind": run.trigger_kind,
        "input": orjson.dumps([item.dump() for item in run.items]),
        "partial_errors": 0,
        "epoch": 0,
        "crashes": 0,
        "crash_progress": len(run.pins) + (len(run.prefill.steps) if run.prefill else 0),
        "isolated": False,
        "seq": run.laid_down + len(run.pins),
        "parent_run_id": str(run.parent_run_id) if run.parent_run_id else None,
        "again_of": str(run.again_of) if run.again_of else None,
        "again": run.again,
        "replays": str(run.replays) if run.replays else None,
        "response": run.prefill.response if run.prefill else None,
        "reply_to": run.reply_to,
        "started_by": run.by.person,
        "started_key": run.by.key,
        "cancel_requested": False,
        "created_at": moment(run.created_at),
        "deadline_at": moment(run.created_at + run.deadline_seconds),
    }
