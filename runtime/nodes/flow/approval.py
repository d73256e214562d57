"""Asks people, and goes one way or the other as they decide; they may fill in and change data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Literal

from runtime.sdk import (
    Context,
    Effect,
    ErrorClass,
    Example,
    Item,
    Json,
    Kind,
    Node,
    NodeError,
    NodeParams,
    Output,
    Park,
    ParkKind,
    Port,
    Resumed,
    field,
)
from runtime.sdk.forms import MOST_FIELDS, FormField, fields_to_mend
from runtime.sdk.node import Finding
from runtime.sdk.paths import FieldName
from runtime.sdk.review import MOST_CHANGED, Change, changeable, changed_item
from runtime.sdk.texts import Pair, Text

_YEAR = 366 * 86_400
# What is kept with the question, in characters: a person reads it, it is no store of data.
_LONGEST_QUESTION, _LONGEST_TEXT, _LONGEST_VALUE, _MOST_SHOWN = 500, 20_000, 2_000, 50
_MOST_PEOPLE = 50
_PEOPLE = ("person", "people")  # named ones only


class Approval(Node):
    """Ask people to approve or reject, to fill in a form or to mend data, and wait for them."""

    type, version = "flow.approval", 1
    name, category, icon = "Approval", "Flow", "approval"
    keywords = (
        "human",
        "review",
        "confirm",
        "decide",
        "person",
        "permission",
        "sign off",
        "form",
        "edit",
        "correct",
        "four eyes",
        "vote",
    )
    summary = "{question}"
    outputs = (
        Port("approved", "Approved"),
        Port("rejected", "Rejected"),
        Port("late", "Too late", only_if=("too_late", ["exit"])),
    )
    effect = Effect.READS
    waits = True
    routes = True
    asks = True

    class Params(NodeParams):
        question: Text = field(
            Kind.TEXT,
            label="Question",
            help="What is to be decided, in one sentence.",
            placeholder="Shall this order be refunded?",
            min_length=1,
        )
        text: Text = field(
            Kind.MULTILINE,
            "",
            label="More to read",
            help="What one should know before deciding.",
        )
        shown: tuple[Pair, ...] = field(
            Kind.KEY_VALUES,
            (),
            label="Data to show",
            help="A name and a value on each line.",
        )
        editable: tuple[FieldName, ...] = field(
            Kind.LIST,
            (),
            label="Data that may be changed",
            help="Fields of the item, dots leading inward. Who approves may correct them; what "
            "stood there before is kept, with the name of who changed it.",
            placeholder="customer.email",
            max_length=MOST_CHANGED,
        )
        fields: tuple[FormField, ...] = field(
            Kind.ROWS,
            (),
            label="Questions to fill in",
            help="The answers stand under “decision.answers”.",
            lenient=True,
            max_length=MOST_FIELDS,
        )
        note: Literal["optional", "required", "none"] = field(
            Kind.CHOICE,
            "optional",
            label="Note",
            choices={
                "optional": "May be written",
                "required": "Must be written",
                "none": "No note",
            },
        )
        who: Literal["operator", "editor", "admin", "person", "people"] = field(
            Kind.CHOICE,
            "operator",
            label="Who may decide",
            choices={
                "operator": "Operators, editors and admins",
                "editor": "Editors and admins",
                "admin": "Admins",
                "person": "One person",
                "people": "Only the people named below",
            },
        )
        person: Text = field(
            Kind.TEXT,
            "",
            label="Person",
            help="The name the person signs in with, or the e-mail address kept for them. "
            "Admins may decide in their place.",
            show_if=("who", ["person"]),
        )
        people: tuple[Text, ...] = field(
            Kind.LIST,
            (),
            label="These people",
            help="The names they sign in with, or their e-mail addresses. They may decide as well "
            "as those chosen above. Admins may decide in their place.",
            placeholder="ada@example.org",
            show_if=("who", ["operator", "editor", "admin", "people"]),
            max_length=_MOST_PEOPLE,
        )
        needed: int = field(
            Kind.INTEGER,
            1,
            label="How many must agree",
            templates=False,
            ge=1,
            le=_MOST_PEOPLE,
        )
        refusal: Literal["one", "as_many"] = field(
            Kind.CHOICE,
            "one",
            label="It is rejected by",
            choices={
                "one": "One refusal",
                "as_many": "As many refusals as must agree",
            },
            advanced=True,
        )
        not_by: Literal["anybody", "starter", "editor", "both"] = field(
            Kind.CHOICE,
            "anybody",
            label="Who may not decide",
            help="So that nobody approves their own work. A run that no person started has no "
            "such person.",
            choices={
                "anybody": "No such rule",
                "starter": "Whoever started the run",
                "editor": "Whoever changed the flow last",
                "both": "Whoever started the run, or changed the flow last",
            },
            advanced=True,
        )
        at_most: float = field(
            Kind.DURATION,
            7 * 86_400,
            label="Wait at most",
            help="The question is shown under “Waiting for me”. An earlier step can send its "
            "address: {{ run.approvals.… }} with the short name of this step.",
            gt=0,
            le=_YEAR,
        )
        too_late: Literal["exit", "fail"] = field(
            Kind.CHOICE,
            "exit",
            label="If nobody decides in time",
            help="A failed step is handled as its tab “When it fails” says.",
            choices={"exit": "Go on at the exit “Too late”", "fail": "The step fails"},
        )
        tell: Literal["inbox", "mail"] = field(
            Kind.CHOICE,
            "inbox",
            label="How people hear of it",
            choices={"inbox": "Under “Waiting for me”", "mail": "There, and by mail"},
        )
        connection: str | None = field(
            Kind.CREDENTIAL,
            None,
            label="Mail server",
            help="Without one the mails go to the outbox.",
            show_if=("tell", ["mail"]),
        )
        remind_after: float = field(
            Kind.DURATION,
            0,
            label="Remind after",
            help="Once: by mail, if people hear of it by mail, and marked under “Waiting for me”. "
            "0: no reminder.",
            advanced=True,
            ge=0,
            le=_YEAR,
        )
        escalate_after: float = field(
            Kind.DURATION,
            0,
            label="Ask others after",
            help="If nobody decided by then, the people below may decide, too. 0: nobody else.",
            advanced=True,
            ge=0,
            le=_YEAR,
        )
        escalate_to: tuple[Text, ...] = field(
            Kind.LIST,
            (),
            label="Those others",
            help="The names they sign in with, or their e-mail addresses. Empty: the admins.",
            advanced=True,
            max_length=_MOST_PEOPLE,
        )

    examples = (
        Example(
            "A refund above 100",
            {
                "question": "Refund {{ input.total }} to {{ input.name }}?",
                "shown": [{"name": "Order", "value": "{{ input.id }}"}],
                "who": "editor",
                "at_most": 86_400,
            },
        ),
    )
    output_sample = {
        "decision": {
            "approved": True,
            "by": "Ada",
            "note": "The customer is right.",
            "at": "2026-03-30T09:00:00+00:00",
            "answers": {},
            "changes": [],
            "decisions": [],
        },
    }

    async def run(self, params: Params, ctx: Context) -> Output:
        ctx.log.info("Waiting for a person to decide.", question=_question(params))
        asked = _asked(params) | _asked_more(params, ctx)
        return Output.wait(Park(ParkKind.APPROVAL, ctx.now + params.at_most, asked))

    async def resume(self, params: Params, ctx: Context, resumed: Resumed) -> Output:
        if resumed.expired:
            if params.too_late == "fail":
                raise NodeError(
                    "Nobody decided in time.", error_class=ErrorClass.TIMEOUT, retryable=False
                )
            ctx.log.warning("Nobody decided in time.")
            return _out(ctx.item, "late", {"approved": None, "by": None, "note": "", "at": None})
        said: Mapping[str, Json] = resumed.value if isinstance(resumed.value, dict) else {}
        approved = said.get("approved") is True
        decision: dict[str, Json] = {
            "approved": approved,
            "by": said.get("name") or said.get("by"),
            "note": said.get("note") or "",
            "at": said.get("at"),
        }
        decision |= {name: said[name] for name in _MORE if name in said}
        _tell(ctx, decision)
        item = changed_item(ctx.item, _changes(said))
        return _out(item, "approved" if approved else "rejected", decision)

    @classmethod
    def calls_back(cls, params: Params) -> bool:
        return False  # a person who is signed in ends it, not a call

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        found: list[Finding] = list(fields_to_mend(params.fields, files=False))
        named = [name for name in params.people if name.strip()]
        if params.who == "person" and not params.person.strip():
            found.append(("person", "Nobody is named who may decide.", "Write the person's name."))
        if params.who == "people" and not named:
            found.append(("people", "Nobody is named who may decide.", "Write their names."))
        most = 1 if params.who == "person" else len(named)
        if params.who in _PEOPLE and most and params.needed > most:
            sentence = "More people must agree than are named."
            found.append(("needed", sentence, "Name more people, or ask for fewer."))
        return found


# What a decision says beside yes or no; a budget's answer has none of it.
_MORE = ("answers", "changes", "decisions")


def _question(params: Approval.Params) -> str:
    return " ".join(params.question.split())[:_LONGEST_QUESTION]


def _asked(params: Approval.Params) -> dict[str, Json]:
    """What the inbox shows and asks; kept with the wait (see runtime.services.approvals)."""
    return {
        "question": _question(params),
        "text": params.text[:_LONGEST_TEXT],
        "shown": [
            {"name": pair.name, "value": pair.value[:_LONGEST_VALUE]}
            for pair in params.shown[:_MOST_SHOWN]
        ],
        "note": params.note,
        "who": params.who,
        "person": params.person.strip(),
    }


def _asked_more(params: Approval.Params, ctx: Context) -> dict[str, Json]:
    """The same for what most questions do not use; moments are Unix times in seconds."""
    people: list[Json] = [name.strip() for name in params.people if name.strip()]
    others: list[Json] = [name.strip() for name in params.escalate_to if name.strip()]
    after, remind = params.escalate_after, params.remind_after
    every: dict[str, Json] = {
        "data": [asdict(one) for one in changeable(ctx.item, params.editable)],
        "form": [asked.model_dump(mode="json") for asked in params.fields],
        "people": people if params.who != "person" else [],
        "needed": params.needed if params.needed > 1 else None,
        "refusal": params.refusal if params.refusal != "one" else None,
        "not_by": _NOT_BY[params.not_by],
        "mail": params.tell == "mail",
        "credential": params.connection if params.tell == "mail" else None,
        "remind_at": ctx.now + remind if 0 < remind < params.at_most else None,
        "escalate_at": ctx.now + after if 0 < after < params.at_most else None,
        "escalate_to": others,
    }
    return {name: value for name, value in every.items() if value}


_NOT_BY: Mapping[str, list[Json]] = {
    "anybody": [],
    "starter": ["starter"],
    "editor": ["editor"],
    "both": ["starter", "editor"],
}


def _changes(said: Mapping[str, Json]) -> list[Change]:
    rows = said.get("changes")
    return [
        Change(str(row["field"]), row.get("before"), row.get("after"))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict)
    ]


def _tell(ctx: Context, decision: Mapping[str, Json]) -> None:
    """Write down who said what, and what was changed, in the run's story."""
    several = _rows(decision.get("decisions"))
    for vote in several if len(several) > 1 else ():
        name = vote.get("name")
        words = f"{name} agreed." if vote.get("approved") else f"{name} refused."
        ctx.log.info(words, note=vote.get("note"), at=vote.get("at"))
    for change in _rows(decision.get("changes")):
        name, place = change.get("by"), change.get("field")
        words = f"{name} changed “{place}”."
        ctx.log.info(words, before=change.get("before"), after=change.get("after"))
    told = {"note": decision["note"]} if decision["note"] else {}
    words = f"{'Approved' if decision['approved'] else 'Rejected'} by {decision['by']}."
    ctx.log.info(words, **told)


def _rows(value: Json) -> list[dict[str, Json]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _out(item: Item, port: str, decision: Mapping[str, Json]) -> Output:
    kept: dict[str, Json] = dict(item.json) if isinstance(item.json, dict) else {"value": item.json}
    return Output.items([Item(kept | {"decision": dict(decision)}, item.files)], port=port)
