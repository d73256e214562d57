"""The fields of a form that strangers fill in, and reading what they wrote. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from runtime.sdk.items import Json
from runtime.sdk.media import fits, media_type_of, safe_name
from runtime.sdk.node import Finding
from runtime.sdk.params import Kind, NodeParams, field

MOST_FIELDS = 60
LONGEST_LINE = 500  # characters
LONGEST_TEXT = 20_000
_NAME = re.compile(r"[^a-z0-9]+")
_EMAIL = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\".]+")

FieldKind = Literal["text", "long", "number", "choice", "yes", "date", "email", "file"]
MOST_FILES = 20  # in one answer


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
            "file": "A file",
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
    types: tuple[str, ...] = field(
        Kind.LIST,
        (),
        label="Kinds of files",
        help="Endings or kinds. Empty: all. What is in a file must fit too, not its name alone.",
        placeholder=".pdf",
        show_if=("kind", ["file"]),
        templates=False,
        max_length=30,
    )
    most_mb: int = field(
        Kind.INTEGER,
        10,
        label="Largest file (MB)",
        show_if=("kind", ["file"]),
        templates=False,
        ge=1,
        le=500,
    )
    many: bool = field(Kind.BOOLEAN, False, label="Several files", show_if=("kind", ["file"]))
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
    LARGE = "large"
    KIND = "kind"
    EMPTY = "empty"
    MANY = "many"
    JSON = "json"  # of a value that is edited as it is stored


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as a browser sent it: `head` are its first bytes, `size` is in bytes."""

    name: str
    size: int
    head: bytes


def name_of(asked: FormField) -> str:
    """The name of the answer in the data: its own, or one made from the question."""
    if asked.name:
        return asked.name
    plain = unicodedata.normalize("NFKD", asked.label).encode("ascii", "ignore").decode().lower()
    made = _NAME.sub("_", plain).strip("_")[:60]
    return made if made[:1].isalpha() else f"field_{made}".rstrip("_")


def fields_to_mend(
    fields: Sequence[FormField], *, taken: Collection[str] = (), files: bool = True
) -> list[Finding]:
    """What is wrong with what a form asks. `taken` are names that something else has."""
    found: list[Finding] = []
    names = Counter(name_of(asked) for asked in fields)
    for number, asked in enumerate(fields):
        place, name = f"fields.{number}", name_of(asked)
        if not asked.label.strip():
            found.append((f"{place}.label", "This question has no words yet."))
        elif names[name] > 1 or name in taken:
            sentence = f"The name “{name}” is taken by something else in the data."
            found.append((f"{place}.name", sentence, "Give it a name of its own."))
        if asked.kind == "choice" and not asked.choices:
            found.append((f"{place}.choices", "There is nothing to choose from yet."))
        if asked.kind == "file" and not files:
            sentence = "Files cannot be asked for here."
            found.append((f"{place}.kind", sentence, "Choose another kind of answer."))
    return found


def read_answers(
    fields: Sequence[FormField],
    sent: Mapping[str, str],
    files: Mapping[str, Sequence[SentFile]] | None = None,
) -> tuple[dict[str, Json], dict[str, Wrong]]:
    """The answers by their names, and what is wrong with those that are not taken.

    `sent` is what a browser sends; what no field asks for is left out. Nothing written is None. Of
    a file the answer is its name, of several a list of names.
    """
    answers: dict[str, Json] = {}
    wrong: dict[str, Wrong] = {}
    for asked in fields:
        name = name_of(asked)
        if asked.kind == "file":
            read = _read_files(asked, (files or {}).get(name, ()))
        else:
            read = _read(asked, sent.get(name, "").strip())
        if isinstance(read, Wrong):
            wrong[name] = read
        else:
            answers[name] = read
    return answers, wrong


def _read_files(asked: FormField, sent: Sequence[SentFile]) -> Json | Wrong:
    if not sent:
        return Wrong.MISSING if asked.required else ([] if asked.many else None)
    if len(sent) > (MOST_FILES if asked.many else 1):
        return Wrong.MANY
    for file in sent:
        if not file.size:
            return Wrong.EMPTY
        if file.size > asked.most_mb * 1_000_000:
            return Wrong.LARGE
        name = safe_name(file.name)
        found = media_type_of(name, file.head)
        wanted = [one for one in asked.types if one.strip()]
        if wanted and not any(fits(found, name, one) for one in wanted):
            return Wrong.KIND
    names: list[Json] = [safe_name(file.name) for file in sent]
    return names if asked.many else names[0]


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
