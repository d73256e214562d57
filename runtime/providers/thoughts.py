"""What a model thought before it answered, kept apart from the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from runtime.providers.protocols import ChatReply
from runtime.sdk import Json, Kind, field

FIELD = "reasoning"
Thoughts = Literal["no", "kept", "first"]
_THOUGHT: Mapping[str, Json] = {
    "type": "string",
    "description": "Your reasoning, step by step, before you answer",
}
# Some models write their thoughts in front of the answer.
_IN_FRONT = re.compile(r"\A\s*<think>(.*?)</think>\s*", re.DOTALL)


def thoughts_field() -> Any:
    """Whether they are wanted."""
    return field(
        Kind.CHOICE,
        "no",
        label="Reasoning",
        help="It is kept apart from the answer, as “reasoning”.",
        choices={
            "no": "Not kept",
            "kept": "Keep what the model says of it",
            "first": "Let it reason first",
        },
        advanced=True,
    )


def thoughtful(schema: Mapping[str, Json] | None) -> Mapping[str, Json]:
    """The form of an answer before which the model reasons; without one the answer is a text."""
    asked = schema or {
        "type": "object",
        "properties": {"answer": {"type": "string"}},
        "required": ["answer"],
        "additionalProperties": False,
    }
    properties, required = asked.get("properties"), asked.get("required")
    inside = properties if isinstance(properties, dict) else {}
    names = required if isinstance(required, list) else []
    return {**asked, "properties": {FIELD: dict(_THOUGHT), **inside}, "required": [FIELD, *names]}


def answered(reply: ChatReply, thoughts: Thoughts, *, as_fields: bool) -> dict[str, Json]:
    """The answer as an item has it, and beside it the thoughts that are wanted."""
    value, reasoning = reply.value, reply.reasoning
    said: dict[str, Json] = {}
    if thoughts == "first" and isinstance(value, dict):
        inside = {name: one for name, one in value.items() if name != FIELD}
        reasoning = str(value.get(FIELD) or reasoning)
        said = {"json": inside} if as_fields else {"text": str(inside.get("answer", "")).strip()}
    else:
        said = {"json": value} if as_fields else {"text": reply.text}
    return {**said, FIELD: reasoning} if thoughts != "no" else said


def apart(text: str) -> tuple[str, str]:
    """The answer, and the thoughts that stood in front of it."""
    found = _IN_FRONT.match(text)
    return (text[found.end() :], found[1].strip()) if found else (text, "")
