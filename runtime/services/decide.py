"""A person approves or rejects what a run asks: once each, in its time, and only who may."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from runtime.sdk.forms import Wrong
from runtime.sdk.review import (
    Vote,
    outcome_of,
    read_changes,
    read_form,
    said_before,
    verdict,
    version_of,
    with_changes,
    with_vote,
)
from runtime.services.announce import announce
from runtime.services.approvals import Member, Question, find_question, may_decide
from runtime.services.engine_connection import engine_connection
from runtime.services.notices import notice
from runtime.store.dialect import Connection
from runtime.store.model_budgets import answer
from runtime.store.votes import Rows, Said, vote

LONGEST_NOTE = 2_000  # characters


class Decided(StrEnum):
    """What became of a decision."""

    TAKEN = "taken"  # the run goes on with it
    COUNTED = "counted"  # others have to decide, too
    USED = "used"  # somebody decided before
    ALREADY = "already"  # this person did, and the others have not yet
    CHANGED = "changed"  # somebody changed the data since the page was opened
    GONE = "gone"  # its time was up, or the run is over
    NOT_YOURS = "not_yours"  # the question is meant for others
    NO_NOTE = "no_note"  # a note must be written


DECIDED_WORDS: Mapping[Decided, Any] = {
    Decided.TAKEN: _("Thank you, the flow goes on."),
    Decided.COUNTED: _("Thank you. The flow goes on as soon as others have decided, too."),
    Decided.USED: _("Somebody decided this before, and only the first decision counts."),
    Decided.ALREADY: _("You decided this before. It waits for the others now."),
    Decided.CHANGED: _("Somebody changed the data meanwhile. Please look at it once more."),
    Decided.GONE: _("It is too late: the time was up, or the run is over."),
    Decided.NOT_YOURS: _("This question is meant for others."),
    Decided.NO_NOTE: _("Please write a note: whoever drew this flow asks for one."),
}
GOOD = (Decided.TAKEN, Decided.COUNTED)


class NotRightError(Exception):
    """What was filled in is not taken: why, by the names of the answers and of the data."""

    def __init__(self, answers: Mapping[str, Wrong], data: Mapping[str, Wrong]) -> None:
        super().__init__("not right")
        self.answers, self.data = answers, data


@dataclass(frozen=True, slots=True)
class Filled:
    """What a person filled in, as browsers send it.

    `seen` is the state of the data that they looked at (`version_of` its votes); None: whatever it
    is.
    """

    answers: Mapping[str, str]
    data: Mapping[str, str]
    seen: int | None = None


NOTHING = Filled({}, {})


def decide(
    asked: Question, *, by: Member, approved: bool, note: str = "", filled: Filled = NOTHING
) -> Decided:
    """Decide a question, or add to what is decided; raises NotRightError.

    Once it is decided, the run goes on as soon as a worker sees it.
    """
    note = "" if asked.note == "none" else note.strip()[:LONGEST_NOTE]
    if not may_decide(by, asked):
        return Decided.NOT_YOURS
    if not asked.open:
        return _why_not(asked.id)
    if asked.note == "required" and not note:
        return Decided.NO_NOTE
    with engine_connection() as db:
        ballot = _Ballot(asked, by, approved, note, filled, db.now())
        taken = vote(db, asked.run.id, asked.id, ballot.say, _budget(asked, approved))
    if ballot.result is None:
        return _why_not(asked.id)
    if not taken:
        return ballot.result
    notice("approval_given" if approved else "approval_refused", asked.run, by=by)
    if ballot.result is Decided.TAKEN:
        announce([asked.run.id])
    return ballot.result


@dataclass(slots=True)
class _Ballot:
    """One person's say, read against what others said before; `result` once it was asked for."""

    asked: Question
    by: Member
    approved: bool
    note: str
    filled: Filled
    at: float
    result: Decided | None = None

    def say(self, rows: Rows) -> Said | None:
        """What the votes are with this one; raises NotRightError."""
        votes = [Vote.load(row) for row in rows]
        if said_before(votes, str(self.by.get_username())) is not None:
            self.result = Decided.ALREADY
            return None
        seen = self.filled.seen
        if self.approved and seen is not None and seen != version_of(votes):
            self.result = Decided.CHANGED
            return None
        return self._counted(with_vote(votes, self._vote(votes)))

    def _vote(self, votes: Sequence[Vote]) -> Vote:
        asked = self.asked
        answers, bad = read_form(asked.form, self.filled.answers, approved=self.approved)
        changes, worse = read_changes(with_changes(asked.data, votes), self.filled.data)
        if bad or (worse and self.approved):
            raise NotRightError(bad, worse)
        full = self.by.get_full_name() if hasattr(self.by, "get_full_name") else ""
        name = str(self.by.get_username())
        return Vote(
            by=name,
            name=str(full or name),
            approved=self.approved,
            note=self.note,
            at=datetime.fromtimestamp(self.at, UTC).isoformat(timespec="seconds"),
            answers=answers,
            changes=changes if self.approved else (),
        )

    def _counted(self, votes: Sequence[Vote]) -> Said:
        asked = self.asked
        decided = verdict(votes, asked.needed, asked.refusal, asked.most)
        dumped = [one.dump() for one in votes]
        if decided is None:
            self.result = Decided.COUNTED
            return Said(dumped)
        self.result = Decided.TAKEN
        return Said(dumped, outcome_of(votes, decided))


def _budget(asked: Question, approved: bool) -> Callable[[Connection], object] | None:
    """Where a budget asks, the answer is its own: it has more from now on, or no more."""
    use = asked.budget_use
    if use is None:
        return None
    return lambda db: answer(db, use, allowed=approved)


def _why_not(wait: UUID) -> Decided:
    """What it was, as the row says now: another may have decided a moment ago."""
    asked = find_question(wait)
    return Decided.USED if asked is not None and asked.decided is not None else Decided.GONE
