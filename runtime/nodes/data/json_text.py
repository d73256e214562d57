"""Reads and writes JSON text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

import orjson

from runtime.sdk import (
    BatchNode,
    ErrorClass,
    Example,
    Item,
    Json,
    Kind,
    NodeError,
    NodeParams,
    Output,
    field,
)
from runtime.sdk.paths import FieldName, with_field
from runtime.sdk.sizes import not_too_long, too_deep
from runtime.sdk.texts import Text

# Models like to put their JSON between such fences.
_FENCED = re.compile(r"\s*```[A-Za-z]*\s*\n(.*?)\n?```\s*", re.DOTALL)


class JsonText(BatchNode):
    """Turn JSON text into data, or data into JSON text."""

    type, version = "data.json", 1
    name, category, icon = "JSON text", "Data", "braces"
    keywords = ("parse", "stringify", "serialize", "convert", "object", "decode", "encode")

    class Params(NodeParams):
        what: Literal["read", "write"] = field(
            Kind.CHOICE,
            "read",
            label="What to do",
            choices={"read": "Read JSON text", "write": "Write JSON text"},
        )
        text: Text = field(
            Kind.MULTILINE,
            "{{ input.text }}",
            label="JSON text",
            help="A ``` fence around it, as models write, is left out.",
            show_if=("what", ["read"]),
        )
        data: Json = field(Kind.JSON, "{{ input }}", label="Data", show_if=("what", ["write"]))
        pretty: bool = field(
            Kind.BOOLEAN, False, label="With line breaks", show_if=("what", ["write"])
        )
        name: FieldName = field(
            Kind.TEXT, "json", label="Name of the result", templates=False, min_length=1
        )

    examples = (
        Example(
            "What a model answered",
            {"text": "{{ input.answer }}", "name": "answer"},
            input=[{"answer": '```json\n{"mood": "good"}\n```'}],
            output={"out": [{"answer": {"mood": "good"}}]},
        ),
        Example(
            "Write it",
            {"what": "write", "data": {"ä": [1, None]}},
            input=[{}],
            output={"out": [{"json": '{"ä":[1,null]}'}]},
        ),
    )

    def run_batch(
        self, params: Sequence[Any], items: Sequence[Item]
    ) -> Sequence[Output | BaseException]:
        return [_convert(p, item) for p, item in zip(params, items, strict=True)]


def _convert(params: JsonText.Params, item: Item) -> Output | BaseException:
    try:
        made = _read(params.text) if params.what == "read" else _write(params)
    except NodeError as error:
        return error
    return Output.items((with_field(item, params.name, made),))


def _read(text: str) -> Json:
    not_too_long(text, "text")
    fenced = _FENCED.fullmatch(text)
    try:
        read: Json = orjson.loads(fenced.group(1) if fenced else text)
    except orjson.JSONDecodeError as error:
        where = f"it breaks in line {error.lineno}, at character {error.colno}"
        raise NodeError(
            f"The text is not proper JSON: {where}." if text.strip() else "There is no text.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Look at the data at that place. Texts stand in double quotes, and no comma "
            "follows the last entry.",
            field="text",
        ) from None
    return read


def _write(params: JsonText.Params) -> str:
    try:
        return orjson.dumps(params.data, option=orjson.OPT_INDENT_2 if params.pretty else None).decode()
    except orjson.JSONEncodeError:
        raise too_deep("data") from None
