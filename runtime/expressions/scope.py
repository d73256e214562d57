"""Where the first word of a path gets its value from."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from runtime.sdk.items import Json

RESERVED_ROOTS = frozenset({"input", "trigger", "run", "repeat", "state", "vars", "now"})


class Quantifier(StrEnum):
    """Which items of an earlier step are meant."""

    MATCHING = "matching"  # the one this item came from
    FIRST = "first"
    ALL = "all"


class Scope(Protocol):
    """Gives the value of a root; raises ExpressionError where there is none."""

    def root(self, name: str, quantifier: Quantifier) -> Json: ...
