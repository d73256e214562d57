"""Paths, filters, quantifiers and conditions, as tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from runtime.expressions import ExpressionError, Quantifier, parse_template
from runtime.sdk import Json
from runtime.sdk.conditions import Conditions

ORDER: Json = {
    "id": 7,
    "city": "old town",
    "lines": [{"sku": "b", "price": 2}, {"sku": "a", "price": 1}],
    "odd key": {"x y": 1},
    "tags": ["x", "y", "x"],
    "none": None,
}


@dataclass(frozen=True)
class Given:
    """A scope of fixed values."""

    values: Mapping[str, Json]

    def root(self, name: str, quantifier: Quantifier) -> Json:
        """See `runtime.expressions.Scope`."""
        if name not in self.values:
            raise ExpressionError(f"There is no {name}.", missing=True)
        if quantifier is Quantifier.ALL:
            return [self.values[name], self.values[name]]
        return self.values[name]


SCOPE = Given({"order": ORDER, "input": {"n": 3, "text": " a,b "}})


def rendered(source: str) -> Json:
    template = parse_template(source)
    assert template is not None
    return template.render(SCOPE)


VALUES: list[tuple[str, Json]] = [
    ("{{ order.id }}", 7),
    ("{{order.id}}", 7),
    ("no. {{ order.id }}!", "no. 7!"),
    ("{{ order.lines[0].sku }}", "b"),
    ("{{ order.lines[1]['sku'] }}", "a"),
    ('{{ order["odd key"]["x y"] }}', 1),
    ("{{ order.first.id }}", 7),
    ("{{ order.all | length }}", 2),
    ("{{ order.missing ?? 'x' }}", "x"),
    ("{{ nobody.at.all ?? 0 }}", 0),
    ("{{ order.none ?? 5 }}", 5),
    ("{{ order.city | upper }}", "OLD TOWN"),
    ("{{ order.city | title }}", "Old Town"),
    ("{{ input.text | trim }}", "a,b"),
    ("{{ input.text | trim | split:',' }}", ["a", "b"]),
    ("{{ order.tags | unique | join:'-' }}", "x-y"),
    ("{{ order.lines | map:'price' | sum }}", 3),
    ("{{ order.lines | map:'price' | max }}", 2),
    ("{{ order.lines | sort:'price' | map:'sku' }}", ["a", "b"]),
    ("{{ order.lines | length }}", 2),
    ("{{ order.tags | reverse | first }}", "x"),
    ("{{ order.tags | slice:0,2 }}", ["x", "y"]),
    ("{{ order.city | replace:'old','new' }}", "new town"),
    ("{{ order.city | url_encode }}", "old%20town"),
    ("{{ order.none | default:'d' }}", "d"),
]


@pytest.mark.parametrize(("source", "value"), VALUES)
def test_a_template_gives(source: str, value: Json) -> None:
    assert rendered(source) == value


REFUSED = [
    "{{ order.id",
    "{{ }}",
    "{{ order.id + 1 }}",
    "{{ order.id() }}",
    "{{ order | nothing }}",
    "{{ order.city | map }}",
    "{{ order.lines[ }}",
    "{{ {{ order }} }}",
]


@pytest.mark.parametrize("source", REFUSED)
def test_what_is_no_template_is_refused_with_a_sentence(source: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_template(source)
    assert len(str(caught.value).split()) >= 3


@pytest.mark.parametrize("source", ["{{ order.nothing.more }}", "{{ nobody.x }}"])
def test_a_missing_value_says_so(source: str) -> None:
    with pytest.raises(ExpressionError):
        rendered(source)


def test_inserted_text_is_never_read_as_a_template() -> None:
    template = parse_template("{{ input.text }}")
    assert template is not None
    assert template.render(Given({"input": {"text": "{{ run.id }}"}})) == "{{ run.id }}"


HOLDS: list[tuple[Json, str, Json, bool]] = [
    (3, "equals", "3", True),
    (3, "not_equals", 4, True),
    ("Anna", "contains", "nn", True),
    (["a", "b"], "contains", "b", True),
    ("Anna", "not_contains", "x", True),
    ("Anna", "starts_with", "An", True),
    ("Anna", "ends_with", "x", False),
    ("a1b", "matches", "[0-9]", True),
    (3, "greater", 2, True),
    ("10", "greater", 9, True),
    (3, "greater_or_equal", 3, True),
    (3, "less", 3, False),
    (3, "less_or_equal", 3, True),
    ("", "is_empty", None, True),
    ([], "is_not_empty", None, False),
    (True, "is_true", None, True),
    (False, "is_false", None, True),
    (None, "exists", None, False),
    (None, "not_exists", None, True),
    ("a", "in", ["a", "b"], True),
    ("2026-01-01", "before", "2026-02-01", True),
    ("2026-01-01", "after", "2026-02-01", False),
]


@pytest.mark.parametrize(("left", "operator", "right", "holds"), HOLDS)
def test_a_condition(left: Json, operator: str, right: Json, holds: bool) -> None:
    row = {"left": left, "operator": operator, "right": right}
    assert Conditions.model_validate({"match": "all", "rows": [row]}).judge() is holds


YES = {"left": 1, "operator": "equals", "right": 1}
NO = {"left": 1, "operator": "equals", "right": 2}


@pytest.mark.parametrize(
    ("match", "rows", "holds"),
    [
        ("all", [YES, YES], True),
        ("all", [YES, NO], False),
        ("any", [NO, YES], True),
        ("any", [NO, NO], False),
        ("all", [YES, {"match": "any", "rows": [NO, YES]}], True),
    ],
)
def test_groups_of_conditions(match: str, rows: list[dict[str, object]], holds: bool) -> None:
    assert Conditions.model_validate({"match": match, "rows": rows}).judge() is holds
