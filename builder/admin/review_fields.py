"""What a question lets a person fill in and change, as its page draws it; reading what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from builder.views.form import INPUTS, WORDS
from runtime.sdk.forms import LONGEST_LINE, LONGEST_TEXT, FormField, Wrong, name_of
from runtime.sdk.review import Shown, as_written, version_of
from runtime.services.approvals import Question
from runtime.services.decide import Filled

_ANSWER, _DATA = "answer.", "data."


def read_filled(request: HttpRequest) -> Filled:
    """Return what the page sent."""
    sent = {name: str(value) for name, value in request.POST.items()}
    seen = sent.get("seen", "")
    return Filled(
        _those(sent, _ANSWER),
        _those(sent, _DATA),
        int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None,
    )


def fields_of(
    asked: Question, filled: Filled | None, wrong: Mapping[str, Mapping[str, Wrong]]
) -> dict[str, Any]:
    """Return what the template needs; what was written before is not lost."""
    answers, data = (filled.answers, filled.data) if filled else ({}, {})
    return {
        "seen": version_of(asked.votes),
        "answers": [_answer(one, answers, wrong.get("answers", {})) for one in asked.form],
        "data": [
            _data(now, before, data, wrong.get("data", {}))
            for now, before in zip(asked.data_now, asked.data, strict=True)
        ],
        "asks_more": any(one.required for one in asked.form),
    }


def _those(sent: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): value for name, value in sent.items() if name.startswith(prefix)
    }


def _answer(one: FormField, sent: Mapping[str, str], wrong: Mapping[str, Wrong]) -> dict[str, Any]:
    name = name_of(one)
    problem = wrong.get(name)
    return {
        "name": f"{_ANSWER}{name}",
        "label": one.label,
        "kind": one.kind,
        "input": INPUTS.get(one.kind, "text"),
        "longest": LONGEST_TEXT if one.kind == "long" else LONGEST_LINE,
        "choices": one.choices,
        "required": one.required,
        "help": one.help,
        "value": sent.get(name, ""),
        "problem": WORDS[problem] if problem else "",
    }


def _data(
    now: Shown, before: Shown, sent: Mapping[str, str], wrong: Mapping[str, Wrong]
) -> dict[str, Any]:
    problem = wrong.get(now.name)
    return {
        "name": f"{_DATA}{now.name}",
        "label": now.name,
        "kind": "long" if now.kind == "json" else now.kind,
        "input": "text",
        "longest": LONGEST_TEXT,
        "required": False,
        "value": sent.get(now.name, as_written(now.value)),
        "before": as_written(before.value) if now.value != before.value else None,
        "problem": WORDS[problem] if problem else "",
    }
