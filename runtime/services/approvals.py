"""The questions that wait for a person: which there are, and who may decide them. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from runtime.models import Run, RunStatus, Wait, WaitKind, WaitStatus

Member = User | AnonymousUser
MOST = 200  # questions looked through; the count in the side bar ends here, too
GOES_ON = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING)

# Whom a question is meant for -> the permission that the person needs.
_NEEDS = {
    "operator": "runtime.resolve_wait",
    "editor": "runtime.decide_as_editor",
    "admin": "runtime.decide_as_admin",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said. `at` is None where the row does not say."""

    approved: bool
    by: str
    note: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    """What a step asks a person; `decided` once somebody did."""

    id: UUID
    run: Run
    key: str
    iteration: str
    item: int
    question: str
    text: str
    shown: tuple[tuple[str, str], ...]
    note: str  # optional, required, none
    who: str  # operator, editor, admin, person
    person: str
    asked_at: datetime
    until: datetime | None
    status: str
    decided: Decision | None
    budget_use: UUID | None = None  # asked by a budget that is used up, not by the step

    @property
    def open(self) -> bool:
        """Whether it can still be decided."""
        in_time = self.until is None or self.until > timezone.now()
        goes_on = self.run.status in GOES_ON and not self.run.cancel_requested
        return self.status == WaitStatus.OPEN and in_time and goes_on


def questions_for(user: Member, workspace_id: UUID) -> list[Question]:
    """Return the open questions of a workspace that the person may decide, the most urgent first.

    At most `MOST` are looked through.
    """
    rows = Wait.objects.filter(
        Q(due_at__isnull=True) | Q(due_at__gt=timezone.now()),
        kind=WaitKind.APPROVAL,
        status=WaitStatus.OPEN,
        run__workspace_id=workspace_id,
        run__status__in=GOES_ON,
        run__cancel_requested=False,
    )
    ordered = rows.order_by(F("due_at").asc(nulls_last=True), "created_at", "item")
    return [asked for asked in _read(ordered[:MOST]) if may_decide(user, asked)]


def find_question(wait_id: UUID) -> Question | None:
    """Return a question, also one that is decided."""
    rows = Wait.objects.filter(id=wait_id, kind=WaitKind.APPROVAL)
    return next(iter(_read(rows)), None)


def questions_of(run: Run, key: str | None = None) -> list[Question]:
    """Return what a run asked, in the order it was asked; `key` names one of its steps."""
    rows = Wait.objects.filter(run=run, kind=WaitKind.APPROVAL)
    if key is not None:
        rows = rows.filter(node=key)
    return list(_read(rows.order_by("created_at", "item")[:MOST]))


def may_decide(user: Member, asked: Question) -> bool:
    """Return whether the question is meant for this person.

    Where one person is named, admins may decide too: nobody should wait for somebody who left.
    """
    needed = _NEEDS.get(asked.who)
    if needed is not None:
        return user.has_perm(needed, asked.run)
    if user.has_perm(_NEEDS["admin"], asked.run):
        return True
    names = {str(user.get_username()).casefold(), str(getattr(user, "email", "")).casefold()}
    named = asked.person.casefold()
    return bool(named) and named in names and user.has_perm("runtime.view_run", asked.run)


def _read(rows: QuerySet[Wait]) -> Iterable[Question]:
    found = rows.select_related("run").defer("run__input", "run__output", "run__response")
    return (_question(row) for row in found)


def _question(row: Wait) -> Question:
    asked: dict[str, Any] = json.loads(row.details) if row.details else {}
    return Question(
        id=row.id,
        run=row.run,
        key=row.node,
        iteration=row.iteration,
        item=row.item,
        question=str(asked.get("question", "")),
        text=str(asked.get("text", "")),
        shown=tuple((str(one["name"]), str(one["value"])) for one in asked.get("shown", ())),
        note=str(asked.get("note", "optional")),
        who=str(asked.get("who", "admin")),
        person=str(asked.get("person", "")),
        asked_at=row.created_at,
        until=row.due_at,
        status=row.status,
        decided=_decision(row),
        budget_use=UUID(asked["budget_use"]) if asked.get("budget_use") else None,
    )


def _decision(row: Wait) -> Decision | None:
    said = json.loads(row.outcome) if row.outcome else None
    if not isinstance(said, dict):
        return None
    by = str(said.get("name") or said.get("by") or "")
    note = str(said.get("note") or "")
    return Decision(said.get("approved") is True, by, note, row.resolved_at)
