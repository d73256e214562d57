"""Starts a run for each new mail of a mailbox, once.

The runs are accepted and the position moves on in one transaction; each mail's number is its run's
delivery key as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from runtime.filing.limits import file_limits
from runtime.filing.shelf import NoRoomError, Shelf, TooLargeError
from runtime.models.ids import uuid7
from runtime.network.arrived import Attachment, Mail, read_mail
from runtime.network.imap import Arrived, News, Position, read_news
from runtime.sdk import NodeError
from runtime.sdk.items import FileRef, Item
from runtime.sdk.media import media_type_of, safe_name
from runtime.services.announce import announce
from runtime.services.limits import priority_of, slot_of
from runtime.store.accept import NewRun, accept_within
from runtime.store.dialect import Connection, Record

log = structlog.get_logger(__name__)
AT_ONCE = 20  # mails of one look; more come at the next, at once
KIND = "mail"
Read = Callable[[str, str, str, Position | None, int], News]


@dataclass(frozen=True, slots=True)
class DueMailbox:
    id: UUID
    workspace_id: UUID
    flow_id: UUID
    snapshot_id: UUID
    version: int | None
    node: str
    settings: dict[str, Any]
    position: Position | None


def take_mails(db: Connection, shelf: Shelf, *, read: Read = read_news) -> int:
    """Look into every mailbox whose time has come; returns how many runs were accepted."""
    return sum(_look(db, shelf, box, read) for box in _due(db))


def _due(db: Connection) -> list[DueMailbox]:
    rows = db.run(
        "SELECT id, workspace_id, flow_id, snapshot_id, version, node, settings, validity, uid "
        "FROM runtime_mailbox WHERE live AND next_at <= %s ORDER BY next_at LIMIT 20",
        (db.time(db.now()),),
    )
    return [_stored(db, row) for row in rows]


def _stored(db: Connection, row: Record) -> DueMailbox:
    box, workspace, flow, snapshot = (found for n in range(4) if (found := db.uuid(row[n])))
    position = None if row[7] is None else Position(row[7], row[8])
    settings = json.loads(row[6])
    return DueMailbox(box, workspace, flow, snapshot, row[4], row[5], settings, position)


def _look(db: Connection, shelf: Shelf, box: DueMailbox, read: Read) -> int:
    settings = box.settings
    folder, every = str(settings.get("folder") or "INBOX"), float(settings.get("every") or 120)
    try:
        news = read(
            str(box.workspace_id), str(settings.get("mailbox")), folder, box.position, AT_ONCE
        )
        runs = [
            _run(db, box, news.position, arrived, mail, _kept(shelf, box, mail))
            for arrived, mail in _meant(box, news)
        ]
    except (NodeError, NoRoomError) as error:
        _move(db, box, box.position, db.now() + every, str(error) or "There is no room left.")
        log.info("mailbox.not_read", flow=str(box.flow_id), why=str(error)[:300])
        return 0
    more = len(news.mails) == AT_ONCE
    with db.transaction():
        accepted = accept_within(db, runs)
        _move(db, box, news.position, db.now() + (0 if more else every), "")
    announce([answer.run_id for answer in accepted if answer.fresh])
    return sum(answer.fresh for answer in accepted)


def _meant(box: DueMailbox, news: News) -> list[tuple[Arrived, Mail]]:
    """Those that the trigger asks for. One that is too large is passed by, and said so."""
    meant = []
    for arrived in news.mails:
        if arrived.content is None:
            log.warning("mailbox.too_large", flow=str(box.flow_id), uid=arrived.uid)
            continue
        mail = read_mail(arrived.content)
        sender, subject = box.settings.get("sender") or "", box.settings.get("subject") or ""
        about = str(mail.data["subject"]).casefold()
        if sender.casefold() in str(mail.data["from"]).casefold() and subject.casefold() in about:
            meant.append((arrived, mail))
    return meant


def _kept(shelf: Shelf, box: DueMailbox, mail: Mail) -> list[FileRef]:
    kept = []
    for attachment in mail.attachments:
        try:
            kept.append(_file(shelf, str(box.workspace_id), attachment))
        except TooLargeError:
            log.warning("mailbox.file_too_large", flow=str(box.flow_id), name=attachment.name)
    return kept


def _file(shelf: Shelf, workspace: str, attachment: Attachment) -> FileRef:
    draft = shelf.begin(workspace, file_limits().file)
    try:
        draft.write(attachment.content)
        name = safe_name(attachment.name or "attachment")
        kind = media_type_of(name, draft.head)
        return FileRef(draft.keep(), name, kind, draft.size)
    finally:
        draft.discard()


def _run(
    db: Connection,
    box: DueMailbox,
    position: Position,
    arrived: Arrived,
    mail: Mail,
    files: Sequence[FileRef],
) -> NewRun:
    limits = box.settings.get("limits") or {}
    return NewRun(
        id=uuid7(),
        workspace_id=box.workspace_id,
        flow_id=box.flow_id,
        version=box.version,
        snapshot_id=box.snapshot_id,
        mode="live",
        trigger_key=box.node,
        trigger_kind=KIND,
        items=[Item(mail.data, files)],
        created_at=db.now(),
        deadline_seconds=float(box.settings.get("deadline_seconds", 3600)),
        delivery=(box.id, f"{position.validity}/{arrived.uid}", KIND),
        priority=priority_of(limits),
        slot=slot_of(limits, box.flow_id, "live", mail.data),
    )


def _move(
    db: Connection, box: DueMailbox, position: Position | None, next_at: float, note: str
) -> None:
    validity, uid = (position.validity, position.uid) if position else (None, 0)
    db.run(
        "UPDATE runtime_mailbox SET next_at = %s, validity = %s, uid = %s, note = %s WHERE id = %s",
        (db.time(next_at), validity, uid, note[:300], db.id(box.id)),
    )
