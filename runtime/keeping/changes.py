"""What becomes of a remembered value. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from runtime.keeping.columns import MOST_BYTES, refused
from runtime.sdk import Json
from runtime.sdk.values import kind_of, number_of

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that is there. `expires_at` is Unix time, None for never."""

    value: Json
    expires_at: float | None = None


def changed(
    action: str, before: Kept | None, value: Json, expires_in: float | None, now: float
) -> Kept | None:
    """What is there afterwards, None for nothing; raises NodeError where it cannot be done.

    What is counted or collected keeps the end it got when it began; so one can count within an
    hour from the first time.
    """
    until = now + expires_in if expires_in else None
    if action == "set":
        return _fits(Kept(value, until))
    if action == "set_if_absent":
        return before or _fits(Kept(value, until))
    if action == "add":
        return Kept(_sum(before, value), before.expires_at if before else until)
    if action == "append":
        return _fits(Kept(_longer(before, value), before.expires_at if before else until))
    if action == "splice":
        return _fits(Kept(_spliced(before, value), before.expires_at if before else until))
    if action == "delete":
        return None
    raise refused(f"There is nothing called “{action[:40]}” to do with what is remembered.")


def checked_name(name: str) -> str:
    """The name as it is kept; raises NodeError."""
    tidy = name.strip()
    if not tidy or len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise refused(
            "The name to remember under is empty, too long or holds line breaks.",
            f"Use up to {LONGEST_NAME} letters and numbers.",
            "name",
        )
    return tidy


def _sum(before: Kept | None, value: Json) -> Json:
    start = before.value if before else 0
    if isinstance(start, bool) or not isinstance(start, (int, float)):
        raise refused(
            f"What is remembered under this name is {kind_of(start)} and no number.",
            "Use another name, or remove it first.",
        )
    return start + number_of(1 if value is None else value, "add")


def _longer(before: Kept | None, value: Json) -> Json:
    start = before.value if before else []
    if not isinstance(start, list):
        raise refused(
            f"What is remembered under this name is {kind_of(start)} and no list.",
            "Use another name, or remove it first.",
        )
    return [*start, value]


def _spliced(before: Kept | None, value: Json) -> list[Json]:
    """See `runtime.sdk.context.Memory.remember`."""
    entries = before.value if before else []
    how = value if isinstance(value, dict) else {}
    if not isinstance(entries, list):
        raise refused(
            f"What is remembered under this name is {kind_of(entries)} and no list.",
            "Use another name, or remove it first.",
        )
    drop, first, add, most = (how.get(name) for name in ("drop", "first", "add", "most"))
    if isinstance(drop, list) and drop and entries[: len(drop)] == drop:
        entries = [*(first if isinstance(first, list) else ()), *entries[len(drop) :]]
    entries = [*entries, *(add if isinstance(add, list) else ())]
    if isinstance(most, int) and most > 0:
        entries = entries[-most:]
    while len(entries) > 1 and len(json.dumps(entries)) > MOST_BYTES:
        entries = entries[1:]
    return entries


def _fits(kept: Kept) -> Kept:
    if len(json.dumps(kept.value)) > MOST_BYTES:
        raise refused(
            "What is to be remembered is larger than 256 KB.",
            "Remember less, or use a table with a row for each part.",
        )
    return kept
