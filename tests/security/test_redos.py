"""Patterns that would hold a worker up: judged at once, or refused in words."""

import time

import pytest

from tests.security.cases import split
from tests.support.one_step import run_node

# The corpus writes its inputs short; here they are long enough to stop an engine that backtracks.
INPUTS: dict[str, str] = {
    "re-001": "a" * 100_000 + "!",
    "re-002": "a" * 100_000 + "!",
    "re-003": "a" * 100_000 + "!",
    "re-004": "a" * 100_000 + "!",
    "re-005": "a" * 100_000,
    "re-006": "1" * 100_000,
    "re-010": "a" * 100_000,
    "re-011": " " * 100_000 + "x",
    "re-012": "a" * 100_000,
    "re-013": "a" * 100_000,
    "re-015": "1." * 50_000 + "x",
    "re-022": "a" * 100_000,
    "re-023": "\u00e9\u4e2d\u0661",
    "re-024": "\u017fS",
}
CASES = split("redos", INPUTS, {})


@pytest.mark.parametrize("case", CASES)
def test_a_pattern_is_judged_at_once(case: str) -> None:
    began = time.monotonic()
    status, error = judged(CASES[case]["pattern"], INPUTS[case])
    assert status == "succeeded", error
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "pattern", ["(", "(?<a>x)\\1", "(?=a)", "a{1001}", "((a{100}){100}){100}", "[z-a]", "\\C\\"]
)
def test_a_pattern_that_is_none_is_refused_in_words(pattern: str) -> None:
    began = time.monotonic()
    status, error = judged(pattern, "aaa")
    assert status == "failed"
    assert "is not a valid pattern" in error
    assert time.monotonic() - began < 1


def judged(pattern: str, text: str) -> tuple[str, str]:
    """Use the pattern as a person would: in the condition of an If."""
    rows = [{"left": "{{ input.text }}", "operator": "matches", "right": pattern}]
    params = {"conditions": {"match": "all", "rows": rows}}
    result, _ = run_node("flow.if", params, [{"text": text}])
    return result.status, str(result.error)
