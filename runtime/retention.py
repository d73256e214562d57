"""How long runs are kept: what a flow asks for, within what the server allows. Decides only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FOREVER = 0.0  # days, as it is written in settings and asked for by flows


@dataclass(frozen=True, slots=True)
class Wish:
    """What a flow asks for: days, `FOREVER`, or None where the server's rule is good enough.

    `runs` is how many of its newest runs are kept at most.
    """

    finished: float | None = None
    failed: float | None = None
    test: float | None = None
    runs: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What is kept of one flow: days after the end, None for ever."""

    finished: float | None
    failed: float | None
    test: float | None
    runs: int | None


@dataclass(frozen=True, slots=True)
class House:
    """The server's rule for flows that ask for nothing, and its bounds for those that do."""

    finished: float = 30
    failed: float = 90
    test: float = 7
    runs: int | None = None
    at_least: float = 0
    at_most: float = FOREVER

    def rule(self, wish: Wish | None = None) -> Rule:
        """What counts for a flow."""
        wish = wish or Wish()
        return Rule(
            self._days(wish.finished, self.finished),
            self._days(wish.failed, self.failed),
            self._days(wish.test, self.test),
            wish.runs or self.runs,
        )

    def _days(self, wished: float | None, default: float) -> float | None:
        days = default if wished is None else wished
        if self.at_most != FOREVER:
            days = self.at_most if days == FOREVER else min(days, self.at_most)
        return None if days == FOREVER else max(days, self.at_least)


def house_rule(environment: Mapping[str, str]) -> House:
    """The server's rule from its variables; raises ValueError that names the one that is wrong."""
    usual = House()
    return House(
        finished=_number(environment, "SEGUE_KEEP_DAYS", usual.finished),
        failed=_number(environment, "SEGUE_KEEP_FAILED_DAYS", usual.failed),
        test=_number(environment, "SEGUE_KEEP_TEST_DAYS", usual.test),
        runs=int(_number(environment, "SEGUE_KEEP_RUNS", 0)) or None,
        at_least=_number(environment, "SEGUE_KEEP_AT_LEAST_DAYS", usual.at_least),
        at_most=_number(environment, "SEGUE_KEEP_AT_MOST_DAYS", usual.at_most),
    )


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name, "").strip()
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e6:
        raise ValueError(f"{name} must be a number of 0 or more (0 means no limit), not {text!r}.")
    return number
