"""What people may say to a question: votes, answers, changed data, and what that makes. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from runtime.sdk.forms import LONGEST_TEXT, FormField, Wrong, name_of, read_answers
from runtime.sdk.items import Item, Json
from runtime.sdk.paths import field_of, with_field

MOST_CHANGED = 40  # fields of an item that can be changed in one question
LONGEST_LINE = 120  # characters; a longer text is edited in a larger field

Refusal = Literal["one", "as_many"]
DataKind = Literal["text", "long", "number", "yes", "json"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of the item that may be changed, as it was when the question was asked."""

    name: str
    kind: DataKind
    value: Json


@dataclass(frozen=True, slots=True)
class Change:
    """What a person made of a field."""

    field: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Vote:
    """What one person said. `by` is the name they sign in with, `at` a moment in ISO 8601.

    `outdated`: somebody changed the data afterwards, so it no longer counts.
    """

    by: str
    name: str
    approved: bool
    note: str
    at: str
    answers: Mapping[str, Json]
    changes: Sequence[Change] = ()
    outdated: bool = False

    def dump(self) -> dict[str, Json]:
        """As JSON."""
        return asdict(self) | {"changes": [asdict(change) for change in self.changes]}

    @staticmethod
    def load(value: Mapping[str, Any]) -> Vote:
        """Of its JSON."""
        changes = [Change(**change) for change in value.get("changes", ())]
        return Vote(**{**value, "changes": changes})


def kind_of(value: Json) -> DataKind:
    """How a value is edited."""
    if isinstance(value, bool):
        return "yes"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, dict | list):
        return "json"
    text = value or ""
    return "long" if len(text) > LONGEST_LINE or "\n" in text else "text"


def changeable(item: Item, names: Sequence[str]) -> list[Shown]:
    """The chosen fields of an item, each once, as they are now."""
    wanted = dict.fromkeys(name for name in names if name.strip())
    found = [(name, field_of(item.json, name)) for name in list(wanted)[:MOST_CHANGED]]
    return [Shown(name, kind_of(value), value) for name, value in found]


def as_written(value: Json) -> str:
    """A value as the field for it shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, indent=2)


def with_changes(data: Sequence[Shown], votes: Sequence[Vote]) -> list[Shown]:
    """The fields as the votes left them."""
    now: dict[str, Json] = {change.field: change.after for vote in votes for change in vote.changes}
    return [Shown(one.name, one.kind, now.get(one.name, one.value)) for one in data]


def changed_item(item: Item, changes: Sequence[Change]) -> Item:
    """The item with what was changed put in; the one that came stays as it was."""
    for change in changes:
        item = with_field(item, change.field, change.after)
    return item


def read_changes(
    data: Sequence[Shown], sent: Mapping[str, str]
) -> tuple[list[Change], dict[str, Wrong]]:
    """What was changed, and what is wrong; `sent` is what a browser sends, by the fields' names.

    A field that was not sent stays as it is; of *yes or no* nothing sent and `""` differ.
    """
    changes: list[Change] = []
    wrong: dict[str, Wrong] = {}
    for one in data:
        text = sent.get(one.name)
        if text is None or text.replace("\r\n", "\n") == as_written(one.value):
            continue
        read = _read(one, text)
        if isinstance(read, Wrong):
            wrong[one.name] = read
        elif read != one.value or type(read) is not type(one.value):
            changes.append(Change(one.name, one.value, read))
    return changes, wrong


def _read(one: Shown, text: str) -> Json | Wrong:
    if len(text) > LONGEST_TEXT or "\x00" in text:
        return Wrong.LONG
    if one.kind in ("text", "long"):
        return text.replace("\r\n", "\n")
    if one.kind == "json":
        try:
            value: Json = json.loads(text) if text.strip() else None
        except ValueError:
            return Wrong.JSON
        return value
    asked = FormField(label="x", name="x", kind="yes" if one.kind == "yes" else "number")
    answers, wrong = read_answers([asked], {"x": text})
    return wrong.get("x") or answers["x"]


def read_form(
    form: Sequence[FormField], sent: Mapping[str, str], *, approved: bool
) -> tuple[dict[str, Json], dict[str, Wrong]]:
    """The answers. Who rejects need not have filled in everything."""
    if approved:
        return read_answers(form, sent)
    answers, wrong = read_answers(form, sent)
    left: dict[str, Wrong] = {name: why for name, why in wrong.items() if why is not Wrong.MISSING}
    empty: dict[str, Json] = {name_of(asked): None for asked in form}
    return empty | answers, left


def with_vote(votes: Sequence[Vote], vote: Vote) -> list[Vote]:
    """The votes with one more. Whoever agreed to data that is changed now has to agree anew."""
    before = [
        Vote(**{**_fields(one), "outdated": True}) if vote.changes and one.approved else one
        for one in votes
    ]
    return [*before, vote]


def _fields(vote: Vote) -> dict[str, Any]:
    return {name: getattr(vote, name) for name in Vote.__slots__}


def said_before(votes: Sequence[Vote], by: str) -> Vote | None:
    """What this person said, as far as it counts."""
    return next((vote for vote in votes if vote.by == by and not vote.outdated), None)


def version_of(votes: Sequence[Vote]) -> int:
    """Which state of the data a page shows: it rises with each vote that changed something."""
    return sum(1 for vote in votes if vote.changes)


def verdict(votes: Sequence[Vote], needed: int, refusal: Refusal, asked: int = 0) -> bool | None:
    """Whether it is approved; None while that is open.

    `needed` people must agree. One refusal decides, or as many as would have to agree. `asked` is
    how many people can decide at all, 0 where nobody knows: then it is also over once so many
    refused that the rest is too few.
    """
    counted = [vote for vote in votes if not vote.outdated]
    agreed = sum(1 for vote in counted if vote.approved)
    refused = len(counted) - agreed
    if agreed >= max(1, needed):
        return True
    if refused and (refusal == "one" or refused >= max(1, needed)):
        return False
    return False if asked and asked - refused < needed else None


def outcome_of(votes: Sequence[Vote], approved: bool) -> dict[str, Json]:
    """What is kept with the wait and handed to the step; the last vote decided."""
    last = votes[-1]
    changes = [
        {**asdict(change), "by": vote.name} for vote in votes if approved for change in vote.changes
    ]
    answers: dict[str, Json] = {}
    for vote in votes:
        if vote.approved is approved and not vote.outdated:
            answers |= {name: value for name, value in vote.answers.items() if value is not None}
    return {
        "approved": approved,
        "by": last.by,
        "name": last.name,
        "note": last.note,
        "at": last.at,
        "answers": dict(last.answers) | answers,
        "changes": list(changes),
        "decisions": [vote.dump() for vote in votes],
    }
