"""Finds passages in a collection: by what they mean, by their words, or by both together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from runtime.keeping.knowledge import known, told_of
from runtime.keeping.nearest import vectors
from runtime.keeping.rows import matches
from runtime.knowledge.fuse import fused
from runtime.knowledge.pack import overlapping
from runtime.knowledge.words import Shelf, asked_words, scores
from runtime.models import Collection, Document, Passage
from runtime.providers.likeness import floor_of
from runtime.sdk import Conditions, ErrorClass, NodeError
from runtime.sdk.knowledge import Found, How, Wanted
from runtime.sdk.meaning import Measured

LOOKED_AT = 50  # of each order, before they become one
MOST_WITH_WORDS = 1_000  # passages that are weighed by their words
_WORDS = {
    "sqlite": "FROM runtime_passage_words WHERE runtime_passage_words MATCH %s",
    "postgresql": "FROM runtime_passage WHERE collection_id = %s "
    "AND to_tsvector('simple', words) @@ to_tsquery('simple', %s)",
}
_COUNT = {vendor: f"SELECT count(*) {place}" for vendor, place in _WORDS.items()}
_BEST = {
    "sqlite": f"SELECT rowid {_WORDS['sqlite']} ORDER BY rank LIMIT {MOST_WITH_WORDS}",
    "postgresql": f"SELECT id {_WORDS['postgresql']} "
    "ORDER BY ts_rank(to_tsvector('simple', words), to_tsquery('simple', %s)) DESC, id "
    f"LIMIT {MOST_WITH_WORDS}",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where is looked: a collection, and in it perhaps only some documents."""

    home: Collection
    documents: Sequence[UUID] | None


def find(
    workspace_id: UUID, collection: str, wanted: Wanted, meaning: Measured | None
) -> Sequence[Found]:
    """The passages that fit best; see `runtime.sdk.knowledge.Knowledge`."""
    home = known(workspace_id, collection)
    if home is None:
        raise NodeError(
            f"There is no collection called “{collection.strip()}”.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            field="collection",
            fix="Fill it by a step “Add to knowledge”, or choose another one.",
        )
    place = _Place(home, _documents(home, wanted))
    by_meaning = dict(_by_meaning(place, meaning)) if wanted.how != "words" and meaning else {}
    by_words = _by_words(place, wanted.question) if wanted.how != "meaning" else []
    if wanted.least:
        by_meaning = {id_: alike for id_, alike in by_meaning.items() if alike >= wanted.least}
    order = fused([list(by_meaning), by_words])
    return _read(order, by_meaning, set(by_words), wanted)


def _documents(home: Collection, wanted: Wanted) -> Sequence[UUID] | None:
    """Those that the conditions hold for; None: all."""
    if not wanted.where or not wanted.where.get("rows"):
        return None
    conditions = Conditions.model_validate(wanted.where)
    rows = Document.objects.filter(collection=home).defer("text")
    return [row.pk for row in rows if matches(conditions, told_of(row))]


def _by_meaning(place: _Place, meaning: Measured) -> list[tuple[int, float]]:
    """Passages and how alike they are, from 0 to 1."""
    home = place.home
    if home.model and home.model != meaning.model:
        raise NodeError(
            f"“{home.name}” was measured by another model ({home.model}).",
            error_class=ErrorClass.INPUT,
            retryable=False,
            field="measured_by",
            fix="Choose that model.",
        )
    among = _among(place)
    found = vectors.nearest(home.pk, home.turn, meaning.vectors[0], LOOKED_AT, among)
    floor = floor_of(meaning.model)
    return [(id_, round(max(0.0, (cosine - floor) / (1 - floor)), 4)) for id_, cosine in found]


def _among(place: _Place) -> list[int] | None:
    if place.documents is None:
        return None
    rows = Passage.objects.filter(document__in=place.documents).order_by("id")
    return list(rows.values_list("id", flat=True))


def _by_words(place: _Place, question: str) -> list[int]:
    """Passages in the order of how well their words answer."""
    asked = asked_words(question)
    home = place.home
    if not asked or not home.size:
        return []
    found = Passage.objects.filter(id__in=_with_one_of(home, asked))
    if place.documents is not None:
        found = found.filter(document__in=place.documents)
    texts = dict(found.values_list("id", "words"))
    shelf = Shelf(home.size, home.words / home.size, {w: _having(home, w) for w in asked})
    worth = scores(asked, [text.split() for text in texts.values()], shelf)
    ranked = sorted(zip(texts, worth, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return [id_ for id_, _ in ranked[:LOOKED_AT]]


def _with_one_of(home: Collection, words: Sequence[str]) -> list[int]:
    """The passages that the database's own index finds best for these words."""
    asked = _asked(home, words)
    with connection.cursor() as cursor:
        # PostgreSQL is told the words twice: once to find, once to order by.
        cursor.execute(_BEST[connection.vendor], [*asked, *asked[1:]])
        return [id_ for (id_,) in cursor.fetchall()]


def _having(home: Collection, word: str) -> int:
    """In how many passages a word stands."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT[connection.vendor], _asked(home, [word]))
        return int(cursor.fetchone()[0])


def _asked(home: Collection, words: Sequence[str]) -> list[Any]:
    """The question as the database takes it."""
    if connection.vendor == "postgresql":
        return [home.pk, " | ".join(f"'{word}'" for word in words)]
    # One index for all collections: the collection is a word of its own.
    query = " OR ".join(f'"{word}"' for word in words)
    return [" ".join((f"c{home.pk.hex}", "AND", "(", query, ")"))]


def _read(
    order: Sequence[int], alike: dict[int, float], worded: set[int], wanted: Wanted
) -> list[Found]:
    """The best of them with their texts; of parts that lie over one another, the better one."""
    rows = Passage.objects.select_related("document").in_bulk(order[: wanted.most * 4])
    found: list[Found] = []
    taken: dict[UUID, list[tuple[int, int]]] = {}
    for id_ in order:
        row = rows.get(id_)
        if row is None or len(found) == wanted.most:
            continue
        part = (row.wide_start, row.wide_end) if wanted.wide else (row.start, row.end)
        others = taken.setdefault(row.document_id, [])
        if overlapping(part, others):
            continue
        others.append(part)
        found.append(_found(row, part, alike.get(id_), _by(id_ in alike, id_ in worded)))
    return found


def _by(meaning: bool, words: bool) -> How:
    return "both" if meaning and words else "meaning" if meaning else "words"


def _found(row: Passage, part: tuple[int, int], alike: float | None, by: How) -> Found:
    document = row.document
    start, end = part
    return Found(
        passage=row.pk,
        document=document.key,
        title=document.title,
        address=document.address,
        heading=row.heading,
        text=document.text[start:end],
        start=start,
        end=end,
        alike=alike,
        by=by,
        read_at=document.read_at.timestamp(),
    )
