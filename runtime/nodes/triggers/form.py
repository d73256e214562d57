"""Started by a person who fills in a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from runtime.sdk import BatchNode, Example, Item, Kind, NodeParams, Output, Port, TriggerInfo, field
from runtime.sdk.forms import MOST_FIELDS, FormField, fields_to_mend
from runtime.sdk.node import Finding

SENT_AT = "sent_at"
# Names that the data or the page itself uses.
_TAKEN = frozenset({SENT_AT, "csrfmiddlewaretoken"})


class FormTrigger(BatchNode):
    """Start the flow when somebody fills in a form on a page of its own."""

    type, version = "trigger.form", 1
    name, category, icon = "Form", "Triggers", "forms"
    keywords = ("page", "survey", "questions", "fill in", "public", "submit")
    summary = "/forms/{path}/"
    inputs, outputs = (), (Port("out"),)
    trigger = TriggerInfo("form", "A form", page=True)

    class Params(NodeParams):
        path: str = field(
            Kind.WEBHOOK_PATH,
            label="Address",
            help="The last part of the page's address. Anybody who knows it can fill in the form.",
            placeholder="contact-us",
            direction="forms",
            min_length=1,
            max_length=120,
            pattern=r"^[A-Za-z0-9_-]+$",
        )
        title: str = field(
            Kind.TEXT, "", label="Title", templates=False, placeholder="Contact us", max_length=200
        )
        text: str = field(
            Kind.MULTILINE, "", label="Text above the form", templates=False, max_length=5_000
        )
        fields: tuple[FormField, ...] = field(
            Kind.ROWS, (), label="Questions", lenient=True, max_length=MOST_FIELDS
        )
        button: str = field(
            Kind.TEXT, "", label="Button", templates=False, placeholder="Send", max_length=60
        )
        answer: Literal["thanks", "result"] = field(
            Kind.CHOICE,
            "thanks",
            label="Afterwards show",
            help="Of the flow itself nothing else is ever shown.",
            choices={"thanks": "A word of thanks", "result": "What the flow answers"},
        )
        thanks: str = field(
            Kind.MULTILINE,
            "",
            label="Word of thanks",
            placeholder="Thank you. We have got your answers.",
            templates=False,
            show_if=("answer", ["thanks"]),
            max_length=5_000,
        )
        most_per_minute: int = field(
            Kind.INTEGER,
            60,
            label="Most answers a minute",
            help="Further ones are asked to try again a little later.",
            advanced=True,
            templates=False,
            ge=1,
            le=10_000,
        )

    examples = (
        Example(
            "A form with one question",
            {"path": "contact-us", "fields": [{"label": "Your e-mail", "kind": "email"}]},
            input=[{"your_e_mail": "ada@example.org"}],
            output={"out": [{"your_e_mail": "ada@example.org"}]},
        ),
    )
    output_sample = {"name": "Ada", "email": "ada@example.org", SENT_AT: "2026-03-30T09:00:00Z"}

    def run_batch(self, params: Sequence[Any], items: Sequence[Item]) -> Sequence[Output]:
        return [Output.items((item,)) for item in items]

    @classmethod
    def check(cls, params: Any) -> Sequence[Finding]:
        found: list[Finding] = []
        if params.path == "test":
            found.append(("path", "The address “test” is kept for drafts."))
        if not params.fields:
            found.append(("fields", "The form asks nothing yet.", "Add a question."))
        found += fields_to_mend(params.fields, taken=_TAKEN)
        return found
