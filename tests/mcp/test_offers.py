"""What a server says of its tools is cut, cleaned and rebuilt before a model sees it."""

import json
from typing import Any

import pytest

from runtime.mcp.offers import MOST_PARTS, TooMuchError, described, plain_schema, print_of, seen

TOOL: dict[str, Any] = {"name": "find", "description": "Finds it.", "inputSchema": {}}


def test_what_nobody_sees_is_not_there() -> None:
    hidden = "Finds it.\u200b\u202e\U000e0041\ue000\x07\nSecond line."
    assert seen(hidden, 100) == "Finds it.\nSecond line."


def test_long_words_are_cut_but_their_print_is_of_all() -> None:
    long = {**TOOL, "description": "x" * 5_000}
    found = described(long)
    assert found is not None
    assert len(found.description) <= 1_002
    assert found.print != print_of({**TOOL, "description": "x" * 5_000 + "y"})


CHANGES: list[dict[str, Any]] = [
    {"description": "Finds it!"},
    {"title": "Find"},
    {"inputSchema": {"type": "object", "properties": {"a": {"description": "passwords"}}}},
]


@pytest.mark.parametrize("change", CHANGES)
def test_another_print_is_made_by_all_that_is_said(change: dict[str, Any]) -> None:
    assert print_of({**TOOL, **change}) != print_of(TOOL)
    assert print_of({**TOOL, "annotations": {"readOnlyHint": True}}) == print_of(TOOL)


NAMES: list[tuple[Any, bool]] = [
    ("find.order/v2", True),
    ("", False),
    (" ", False),
    (7, False),
    ("a\u200bb", False),
    ("x" * 200, False),
]


@pytest.mark.parametrize(("name", "usable"), NAMES)
def test_a_tool_needs_a_name_that_can_be_seen(name: Any, usable: bool) -> None:
    assert (described({**TOOL, "name": name}) is not None) is usable


SCHEMAS: list[tuple[Any, dict[str, Any]]] = [
    (None, {"type": "object", "properties": {}}),
    ([], {"type": "object", "properties": {}}),
    (
        {"properties": {"a": {"type": "string", "pattern": "(a+)+$", "format": "regex"}}},
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": []},
    ),
    (
        {"properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"type": "integer"}},
         "required": ["a", "b", ["c"]]},
        {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
    ),
    (
        {"properties": {"a": {"$ref": "https://attacker.test/s.json"}}},
        {"type": "object", "properties": {"a": {}}, "required": []},
    ),
    (
        {"properties": {"a": {"enum": [{}, []]}, "b": {"enum": ["x", None]}, "c": {"const": 1},
                        "d": {"oneOf": [{"type": "string"}, {"type": ["null", "bogus"]}]}}},
        {"type": "object", "required": [], "properties": {
            "a": {}, "b": {"enum": ["x", None]}, "c": {"enum": [1]},
            "d": {"anyOf": [{"type": "string"}, {"type": ["null"]}]}}},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "made"), SCHEMAS)
def test_a_schema_is_rebuilt_of_the_words_we_know(schema: Any, made: dict[str, Any]) -> None:
    assert plain_schema(schema) == made


def test_a_schema_that_would_explode_is_refused() -> None:
    wide: dict[str, Any] = {"properties": {str(n): {"$ref": "#/$defs/A"} for n in range(50)}}
    round_and_round = {**wide, "$defs": {"A": wide}}
    deep: dict[str, Any] = {}
    for _ in range(40):
        deep = {"properties": {"a": deep}}
    many: dict[str, Any] = {"properties": {str(n): {} for n in range(MOST_PARTS)}}
    for schema in (round_and_round, {"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}},
                   deep, many):  # fmt: skip
        with pytest.raises(TooMuchError):
            plain_schema(json.loads(json.dumps(schema)))
        assert described({**TOOL, "inputSchema": schema}) is None
