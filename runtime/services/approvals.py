"""The questions that wait for people: which there are, and who may decide them. Reads only."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from runtime.models import Run, RunStatus, Wait, WaitKind, WaitStatus
from runtime.sdk.forms import FormField
from runtime.sdk.review import Change, Refusal, Shown, Vote, said_before, with_changes
from runtime.services.access import access

Member = User | AnonymousUser
MOST = 200  # questions looked through; the count in the side bar ends here, too
GOES_ON = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING)

# Whom a question is meant for -> the permission that the person needs.
NEEDS = {
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
    answers: dict[str, Any] = field(default_factory=dict)
    changes: Sequence[tuple[Change, str]] = ()  # with the name of who changed it


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
    who: str  # operator, editor, admin, person, people
    person: str
    asked_at: datetime
    until: datetime | None
    status: str
    decided: Decision | None
    budget_use: UUID | None = None  # asked by a budget that is used up, not by the step
    people: Sequence[str] = ()
    needed: int = 1
    refusal: Refusal = "one"
    not_by: Collection[str] = ()  # starter, editor
    data: Sequence[Shown] = ()  # as it was when it was asked
    form: Sequence[FormField] = ()
    votes: Sequence[Vote] = ()
    remind_at: datetime | None = None
    escalate_at: datetime | None = None
    escalate_to: Sequence[str] = ()

    @property
    def data_now(self) -> list[Shown]:
        """The data as those who decided before left it."""
        return with_changes(self.data, self.votes)

    @property
    def agreed(self) -> list[str]:
        """The names of those who agreed, as far as it still counts."""
        return [vote.name for vote in self.votes if vote.approved and not vote.outdated]

    @property
    def asks_more(self) -> bool:
        """Whether yes or no is not all: it is decided on its own page."""
        return bool(self.form or self.data)

    @property
    def most(self) -> int:
        """How many people it is meant for; 0 where a role says so."""
        return len(self.people) if self.who == "people" else int(self.who == "person")

    @property
    def reminded(self) -> bool:
        """Whether it waits for longer than it should."""
        return self.remind_at is not None and self.remind_at <= timezone.now()

    @property
    def escalated(self) -> bool:
        """Whether others may decide by now, too."""
        return self.escalate_at is not None and self.escalate_at <= timezone.now()

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
    name = str(user.get_username())
    return [
        asked
        for asked in _read(ordered[:MOST])
        if may_decide(user, asked) and said_before(asked.votes, name) is None
    ]


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

    Where people are named, admins may decide too: nobody should wait for somebody who left. Whom
    the question keeps out may not, whatever else they are.
    """
    if not user.is_authenticated or is_kept_out(user, asked):
        return False
    needed = NEEDS.get(asked.who)
    if needed is not None and user.has_perm(needed, asked.run):
        return True
    if user.has_perm(NEEDS["admin"], asked.run) and (needed is None or asked.escalated):
        return True
    names = [*asked.people, asked.person] if asked.who != "people" else list(asked.people)
    if asked.escalated:
        names += asked.escalate_to
    return _is_named(user, names) and user.has_perm("runtime.view_run", asked.run)


def is_kept_out(user: Member, asked: Question) -> bool:
    """Return whether it would be their own work that they decide on."""
    return user.pk is not None and is_kept_out_id(user.pk, asked)


def is_kept_out_id(person: int, asked: Question) -> bool:
    """Return the same for a person's id."""
    run = asked.run
    if "starter" in asked.not_by and run.started_by == person:
        return True
    if "editor" not in asked.not_by or run.flow_id is None:
        return False
    return person in access().last_editors(run.flow_id, run.version)


def _is_named(user: Member, names: Iterable[str]) -> bool:
    own = {str(user.get_username()).casefold(), str(getattr(user, "email", "")).casefold()} - {""}
    return any(name.strip().casefold() in own for name in names)


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
        people=tuple(str(name) for name in asked.get("people", ())),
        needed=int(asked.get("needed", 1)),
        refusal="as_many" if asked.get("refusal") == "as_many" else "one",
        not_by=frozenset(asked.get("not_by", ())),
        data=tuple(Shown(**one) for one in asked.get("data", ())),
        form=tuple(FormField.model_validate(one) for one in asked.get("form", ())),
        votes=tuple(Vote.load(one) for one in json.loads(row.votes)) if row.votes else (),
        remind_at=_moment(asked.get("remind_at")),
        escalate_at=_moment(asked.get("escalate_at")),
        escalate_to=tuple(str(name) for name in asked.get("escalate_to", ())),
    )


def _decision(row: Wait) -> Decision | None:
    said = json.loads(row.outcome) if row.outcome else None
    if not isinstance(said, dict):
        return None
    by = str(said.get("name") or said.get("by") or "")
    note = str(said.get("note") or "")
    changes = [
        (Change(one["field"], one["before"], one["after"]), str(one.get("by", "")))
        for one in said.get("changes", ())
    ]
    answers = dict(said.get("answers") or {})
    return Decision(said.get("approved") is True, by, note, row.resolved_at, answers, changes)


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
