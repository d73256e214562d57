"""Asks a person, and goes one way or the other as that person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from runtime.sdk.node import Finding
from runtime.sdk.texts import Pair, Text

_YEAR = 366 * 86_400
# What is kept with the question, in characters: a person reads it, it is no store of data.
_LONGEST_QUESTION, _LONGEST_TEXT, _LONGEST_VALUE, _MOST_SHOWN = 500, 20_000, 2_000, 50


class Approval(Node):
    """Ask a person to approve or reject, and wait for the decision."""

    type, version = "flow.approval", 1
    name, category, icon = "Approval", "Flow", "approval"
    keywords = ("human", "review", "confirm", "decide", "person", "permission", "sign off")
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
        who: Literal["operator", "editor", "admin", "person"] = field(
            Kind.CHOICE,
            "operator",
            label="Who may decide",
            choices={
                "operator": "Operators, editors and admins",
                "editor": "Editors and admins",
                "admin": "Admins",
                "person": "One person",
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
        },
    }

    async def run(self, params: Params, ctx: Context) -> Output:
        ctx.log.info("Waiting for a person to decide.", question=_question(params))
        return Output.wait(Park(ParkKind.APPROVAL, ctx.now + params.at_most, _asked(params)))

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
        told = {"note": decision["note"]} if decision["note"] else {}
        words = f"{'Approved' if approved else 'Rejected'} by {decision['by']}."
        ctx.log.info(words, **told)
        return _out(ctx.item, "approved" if approved else "rejected", decision)

    @classmethod
    def calls_back(cls, params: Params) -> bool:
        return False  # a person who is signed in ends it, not a call

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        if params.who == "person" and not params.person.strip():
            return [("person", "Nobody is named who may decide.", "Write the person's name.")]
        return ()


def _question(params: Approval.Params) -> str:
    return " ".join(params.question.split())[:_LONGEST_QUESTION]


def _asked(params: Approval.Params) -> Json:
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


def _out(item: Item, port: str, decision: Mapping[str, Json]) -> Output:
    kept: dict[str, Json] = dict(item.json) if isinstance(item.json, dict) else {"value": item.json}
    return Output.items([Item(kept | {"decision": dict(decision)}, item.files)], port=port)
