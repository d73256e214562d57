"""Completion offers just the helpers that formulas have."""

from builder.catalogue import FORMULA_HELPERS
from runtime.expressions.formula import HELPERS


def test_every_helper_is_offered_with_an_example() -> None:
    assert set(FORMULA_HELPERS) == HELPERS
    assert all(example.startswith(f"{n}(") for n, (_, example) in FORMULA_HELPERS.items())
