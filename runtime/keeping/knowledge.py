"""Collections of documents in the database: put in, taken out, and found by meaning and words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, QuerySet, Sum

from runtime.knowledge.words import words_of
from runtime.models import Collection, Document, Passage
from runtime.sdk import ErrorClass, Json, NodeError
from runtime.sdk.knowledge import KnownDocument
from runtime.sdk.knowledge import Passage as Part
from runtime.sdk.meaning import Measured

LONGEST_NAME = 100
MOST_PASSAGES = 20_000  # of one document


def digest_of(workspace_id: UUID, collection: str, key: str) -> str | None:
    """That of a document as it stands; None where it does not."""
    found = known(workspace_id, collection)
    rows = Document.objects.filter(collection=found, key=key) if found else Document.objects.none()
    return rows.values_list("digest", flat=True).first()


def put(
    workspace_id: UUID,
    collection: str,
    document: KnownDocument,
    passages: Sequence[Part],
    meaning: Measured | None,
    *,
    now: float,
) -> None:
    """Put a document in, in one commit with its passages; see `runtime.sdk.knowledge.Knowledge`.

    Doing it again changes nothing: the same key replaces what was there.
    """
    at = datetime.fromtimestamp(now, UTC)
    with transaction.atomic():
        home = _locked(workspace_id, collection)
        if meaning is None:
            Document.objects.filter(collection=home, key=document.key).update(read_at=at)
            return
        _check_model(home, meaning)
        size, words = _weight(home, document.key)
        Document.objects.filter(collection=home, key=document.key).delete()
        row = Document.objects.create(
            collection=home,
            key=document.key,
            title=document.title[:300],
            address=document.address[:2_000],
            digest=document.digest,
            text=document.text,
            about=dict(document.about),
            read_at=at,
        )
        rows = [
            _row(home, row, part, vector)
            for part, vector in zip(passages, meaning.vectors, strict=True)
        ]
        Passage.objects.bulk_create(rows, batch_size=200)
        more = len(rows) - size, sum(row.count for row in rows) - words
        _changed(home, *more, model=meaning.model)


def remove(workspace_id: UUID, collection: str, key: str) -> bool:
    """Take a document out; returns whether it was there."""
    with transaction.atomic():
        if known(workspace_id, collection) is None:
            return False
        home = _locked(workspace_id, collection)
        size, words = _weight(home, key)
        gone, _ = Document.objects.filter(collection=home, key=key).delete()
        if gone:
            _changed(home, -size, -words)
        return bool(gone)


def known(workspace_id: UUID, name: str) -> Collection | None:
    """The collection of this name, if it is there."""
    return Collection.objects.filter(workspace_id=workspace_id, name=name.strip()).first()


def _locked(workspace_id: UUID, name: str) -> Collection:
    """The collection, held until the commit; made where it is not there."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise NodeError(
            f"A collection has a name of up to {LONGEST_NAME} characters.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            field="collection",
        )
    Collection.objects.bulk_create(
        [Collection(workspace_id=workspace_id, name=name)], ignore_conflicts=True
    )
    rows: QuerySet[Collection] = Collection.objects.filter(workspace_id=workspace_id, name=name)
    return (rows.select_for_update() if connection.vendor == "postgresql" else rows).get()


def _check_model(home: Collection, meaning: Measured) -> None:
    """Vectors of two models cannot be compared."""
    other = home.model and home.model != meaning.model
    if other and Passage.objects.filter(collection=home).exists():
        raise NodeError(
            f"“{home.name}” was measured by another model ({home.model}).",
            error_class=ErrorClass.INPUT,
            retryable=False,
            field="measured_by",
            fix="Choose that model, or put the documents into a new collection.",
        )


def _row(home: Collection, document: Document, part: Part, vector: bytes) -> Passage:
    words = words_of(f"{document.title} {part.heading} {part.text}")
    return Passage(
        collection=home,
        document=document,
        heading=part.heading,
        start=part.start,
        end=part.end,
        wide_start=part.wide_start,
        wide_end=part.wide_end,
        words=" ".join(words),
        count=len(words),
        vector=vector,
    )


def _weight(home: Collection, key: str) -> tuple[int, int]:
    """How many passages a document has, and how many words are in them."""
    rows = Passage.objects.filter(document__collection=home, document__key=key)
    found = rows.aggregate(size=Count("id"), words=Sum("count"))
    return found["size"], found["words"] or 0


def _changed(home: Collection, size: int, words: int, **also: Any) -> None:
    """So much was added. Whoever holds something of it in memory will look again."""
    Collection.objects.filter(pk=home.pk).update(
        turn=F("turn") + 1,
        size=F("size") + size,
        words=F("words") + words,
        changed_at=datetime.now(UTC),
        **also,
    )


class Told(dict[str, Json]):
    """What is known about a document; nothing of what is not."""

    def __missing__(self, name: str) -> Json:
        return None


def told_of(document: Document) -> Told:
    """What a document can be filtered by."""
    own = {"key": document.key, "title": document.title, "address": document.address}
    return Told({**document.about, **own})
