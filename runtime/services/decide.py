"""A person approves or rejects what a run asks: once, in its time, and only who may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from runtime.sdk.items import Json
from runtime.services.announce import announce
from runtime.services.approvals import Member, Question, find_question, may_decide
from runtime.services.engine_connection import engine_connection
from runtime.services.notices import notice
from runtime.services.resolve_wait import resolve
from runtime.store.dialect import Connection
from runtime.store.model_budgets import answer

LONGEST_NOTE = 2_000  # characters


class Decided(StrEnum):
    """What became of a decision."""

    TAKEN = "taken"  # the run goes on with it
    USED = "used"  # somebody decided before
    GONE = "gone"  # its time was up, or the run is over
    NOT_YOURS = "not_yours"  # the question is meant for others
    NO_NOTE = "no_note"  # a note must be written


DECIDED_WORDS: Mapping[Decided, Any] = {
    Decided.TAKEN: _("Thank you, the flow goes on."),
    Decided.USED: _("Somebody decided this before, and only the first decision counts."),
    Decided.GONE: _("It is too late: the time was up, or the run is over."),
    Decided.NOT_YOURS: _("This question is meant for others."),
    Decided.NO_NOTE: _("Please write a note: whoever drew this flow asks for one."),
}


def decide(asked: Question, *, by: Member, approved: bool, note: str = "") -> Decided:
    """Decide a question; the run goes on as soon as a worker sees it."""
    note = "" if asked.note == "none" else note.strip()[:LONGEST_NOTE]
    if not may_decide(by, asked):
        return Decided.NOT_YOURS
    if not asked.open:
        return _why_not(asked.id)
    if asked.note == "required" and not note:
        return Decided.NO_NOTE
    with engine_connection() as db:
        said = outcome(by, approved=approved, note=note, at=db.now())
        taken = resolve(db, asked.run.id, asked.id, said, _budget(asked, approved))
    if not taken:
        return _why_not(asked.id)
    announce([asked.run.id])
    notice("approval_given" if approved else "approval_refused", asked.run, by=by)
    return Decided.TAKEN


def _budget(asked: Question, approved: bool) -> Callable[[Connection], object] | None:
    """Where a budget asks, the answer is its own: it has more from now on, or no more."""
    use = asked.budget_use
    if use is None:
        return None
    return lambda db: answer(db, use, allowed=approved)


def outcome(by: Member, *, approved: bool, note: str, at: float) -> Json:
    """What is kept with the wait, and handed to the step. `at` is a Unix time in seconds."""
    full = by.get_full_name() if hasattr(by, "get_full_name") else ""
    return {
        "approved": approved,
        "by": str(by.get_username()),
        "name": str(full or by.get_username()),
        "note": note,
        "at": datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds"),
    }


def _why_not(wait: UUID) -> Decided:
    """What it was, as the row says now: another may have decided a moment ago."""
    asked = find_question(wait)
    return Decided.USED if asked is not None and asked.decided is not None else Decided.GONE
