"""The fields of a form that strangers fill in, and reading what they wrote. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Literal

from runtime.sdk.items import Json
from runtime.sdk.params import Kind, NodeParams, field

MOST_FIELDS = 60
LONGEST_LINE = 500  # characters
LONGEST_TEXT = 20_000
_NAME = re.compile(r"[^a-z0-9]+")
_EMAIL = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\".]+")

FieldKind = Literal["text", "long", "number", "choice", "yes", "date", "email"]


class FormField(NodeParams):
    """One thing that a form asks."""

    label: str = field(Kind.TEXT, "", label="Question", templates=False, max_length=200)
    kind: FieldKind = field(
        Kind.CHOICE,
        "text",
        label="Answer",
        choices={
            "text": "A line of text",
            "long": "A longer text",
            "number": "A number",
            "choice": "One of several",
            "yes": "Yes or no",
            "date": "A date",
            "email": "An e-mail address",
        },
    )
    choices: tuple[str, ...] = field(
        Kind.LIST,
        (),
        label="To choose from",
        show_if=("kind", ["choice"]),
        templates=False,
        max_length=200,
    )
    required: bool = field(Kind.BOOLEAN, False, label="Must be answered")
    help: str = field(Kind.TEXT, "", label="Help below it", templates=False, max_length=500)
    name: str = field(
        Kind.TEXT,
        "",
        label="Name in the data",
        help="Empty: made from the question.",
        templates=False,
        max_length=60,
        pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$",
    )


class Wrong(StrEnum):
    """Why an answer is not taken."""

    MISSING = "missing"
    LONG = "long"
    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"
    EMAIL = "email"


def name_of(asked: FormField) -> str:
    """The name of the answer in the data: its own, or one made from the question."""
    if asked.name:
        return asked.name
    plain = unicodedata.normalize("NFKD", asked.label).encode("ascii", "ignore").decode().lower()
    made = _NAME.sub("_", plain).strip("_")[:60]
    return made if made[:1].isalpha() else f"field_{made}".rstrip("_")


def read_answers(
    fields: Sequence[FormField], sent: Mapping[str, str]
) -> tuple[dict[str, Json], dict[str, Wrong]]:
    """The answers by their names, and what is wrong with those that are not taken.

    `sent` is what a browser sends; what no field asks for is left out. Nothing written is None.
    """
    answers: dict[str, Json] = {}
    wrong: dict[str, Wrong] = {}
    for asked in fields:
        name = name_of(asked)
        read = _read(asked, sent.get(name, "").strip())
        if isinstance(read, Wrong):
            wrong[name] = read
        else:
            answers[name] = read
    return answers, wrong


def _read(asked: FormField, text: str) -> Json | Wrong:
    if asked.kind == "yes":
        return Wrong.MISSING if asked.required and not text else bool(text)
    if not text:
        return Wrong.MISSING if asked.required else None
    if len(text) > (LONGEST_TEXT if asked.kind == "long" else LONGEST_LINE) or "\x00" in text:
        return Wrong.LONG
    if asked.kind == "number":
        return _number(text)
    if asked.kind == "choice":
        return text if text in asked.choices else Wrong.CHOICE
    if asked.kind == "date":
        return _date(text)
    if asked.kind == "email":
        return text if _EMAIL.fullmatch(text) else Wrong.EMAIL
    return text.replace("\r\n", "\n")


def _number(text: str) -> Json | Wrong:
    if re.fullmatch(r"[+-]?[0-9]{1,15}", text, re.ASCII):
        return int(text)
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return Wrong.NUMBER
    return found if math.isfinite(found) else Wrong.NUMBER


def _date(text: str) -> str | Wrong:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return Wrong.DATE
