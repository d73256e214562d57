"""What is wrong with data, said for each field; and what rules over it give."""

from typing import Any

import pytest

from runtime.guarding.forms import BadFormError, problems, schema_of
from runtime.sdk import Json

ROW: dict[str, Any] = {
    "kind": "text", "required": True, "least": None, "most": None, "one_of": (), "pattern": "",
}  # fmt: skip


def rows(**fields: Any) -> dict[str, Json]:
    only = fields.pop("only_these", False)
    made = [{**ROW, "name": n.replace("__", "."), **more} for n, more in fields.items()]
    return schema_of(made, only_these=only)


SAID: list[tuple[dict[str, Json], Json, list[tuple[str, str]]]] = [
    (rows(a={}), {"a": "x"}, []),
    (rows(a={}), {}, [("a", "is missing")]),
    (rows(a={}, aa={}), {"a": "x"}, [("aa", "is missing")]),
    (rows(a={}), {"a": ""}, [("a", "must not be empty")]),
    (rows(a={"required": False}), {"a": None}, []),
    (rows(a={"required": False}), {"a": 1}, [("a", "must be a text or nothing")]),
    (rows(a={"kind": "integer", "least": 1.0}), {"a": 0}, [("a", "must be at least 1")]),
    (rows(a={"kind": "number", "most": 2.5}), {"a": 3}, [("a", "must be at most 2.5")]),
    (rows(a={"kind": "yes_no"}), {"a": "yes"}, [("a", "must be yes or no")]),
    (rows(a={"kind": "list", "least": 1}), {"a": []}, [("a", "must have at least 1 entries")]),
    (rows(a={"kind": "date"}), {"a": "2026-02-30"}, [("a", "is not a valid date")]),
    (rows(a={"kind": "date"}), {"a": "2026-02-28"}, []),
    (rows(a={"kind": "moment"}), {"a": "soon"}, [("a", "is not a valid date with a time")]),
    (rows(a={"kind": "email"}), {"a": "a@b"}, [("a", "is not a valid e-mail address")]),
    (rows(a={"one_of": ("x", "y")}), {"a": "z"}, [("a", "must be one of x, y")]),
    (rows(a={"pattern": "^[A-Z]+$"}), {"a": "ab"}, [("a", "does not look like ^[A-Z]+$")]),
    (rows(a__b={}), {"a": {}}, [("a.b", "is missing")]),
    (rows(a__b={}), {}, [("a", "is missing")]),
    (rows(a={}, only_these=True), {"a": "x", "b": 1}, [("b", "is not asked for")]),
    (rows(a={}), [1], [("", "must be an object")]),
    ({"type": "array", "items": {"type": "integer"}}, [1, "2"], [("1", "must be a whole number")]),
    ({"not": {}}, 1, [("", "does not fit")]),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "value", "said"), SAID)
def test_what_is_wrong_is_said_for_each_field(
    schema: dict[str, Json], value: Json, said: list[tuple[str, str]]
) -> None:
    assert [(p.field, p.message) for p in problems(value, schema)] == said


NO_FORMS: list[dict[str, Json]] = [
    {"type": "thing"},
    {"$ref": "https://example.org/a"},
    {"properties": {"a": {"pattern": "(?=a)"}}},
    {"properties": {"a": {"patternProperties": {"(a+)+$": {}}}}},
]


@pytest.mark.parametrize("schema", NO_FORMS)
def test_a_form_that_is_none_is_refused(schema: dict[str, Json]) -> None:
    with pytest.raises(BadFormError):
        problems({"a": "b"}, schema)


def test_a_pattern_does_not_hold_it_up() -> None:
    assert problems({"a": "a" * 50_000 + "!"}, rows(a={"pattern": "^(a+)+$"}))
