"""Sets fields of each item."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from runtime.sdk import BatchNode, ErrorClass, Example, Item, Json, Kind, NodeError, NodeParams, Output, field
from runtime.sdk.paths import put_field


class Assignment(BaseModel):
    """One field to set. `type` says what the value is turned into."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: Json = None
    type: Literal["any", "text", "number", "boolean", "json"] = "any"


class SetFields(BatchNode):
    """Add fields to each item, or build it anew from the fields you choose."""

    type, version = "data.set", 1
    name, category, icon = "Set fields", "Data", "pencil"
    keywords = ("edit", "map", "assign", "rename", "transform")

    class Params(NodeParams):
        fields: tuple[Assignment, ...] = field(
            Kind.ASSIGNMENTS, (), label="Fields", help="A dot makes a field inside a field: a.b"
        )
        keep: Literal["all", "none"] = field(
            Kind.CHOICE,
            "all",
            label="Other fields",
            choices={"all": "Keep them", "none": "Leave them out"},
        )

    examples = (
        Example(
            "Add a field",
            {"fields": [{"name": "greeting", "value": "Hello {{ input.name }}"}]},
            input=[{"name": "Ada"}],
            output={"out": [{"name": "Ada", "greeting": "Hello Ada"}]},
        ),
        Example(
            "Only the fields named",
            {"fields": [{"name": "who.name", "value": "{{ input.name }}"}], "keep": "none"},
            input=[{"name": "Ada", "age": 36}],
            output={"out": [{"who": {"name": "Ada"}}]},
        ),
    )
    output_sample = {"greeting": "Hello Ada"}

    def run_batch(
        self, params: Sequence[Any], items: Sequence[Item]
    ) -> Sequence[Output | BaseException]:
        return [_set(p, item) for p, item in zip(params, items, strict=True)]


def _set(params: SetFields.Params, item: Item) -> Output | BaseException:
    kept = item.json if params.keep == "all" else {}
    made: dict[str, Json] = dict(kept) if isinstance(kept, dict) else {"value": kept}
    try:
        for assignment in params.fields:
            put_field(made, assignment.name.split("."), _convert(assignment))
    except NodeError as error:
        return error
    return Output.items((Item(made, item.files),))


def _convert(assignment: Assignment) -> Json:
    value = assignment.value
    try:
        if assignment.type == "number" and not isinstance(value, (int, float)):
            text = str(value).strip()
            return int(text) if text.lstrip("-").isdecimal() else float(text)
        if assignment.type == "text" and not isinstance(value, str):
            return json.dumps(value, ensure_ascii=False) if value is not None else ""
        if assignment.type == "boolean":
            return value is True or str(value).strip().lower() in ("true", "yes", "1")
        if assignment.type == "json" and isinstance(value, str):
            parsed: Json = json.loads(value)
            return parsed
    except ValueError:
        raise NodeError(
            f"“{str(value)[:60]}” cannot be made a {assignment.type} for “{assignment.name}”.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Choose another type for this field, or look at the data.",
            field="fields",
        ) from None
    return value
