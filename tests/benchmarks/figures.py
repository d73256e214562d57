"""What a benchmark found: a value, the floor it is held against, and the bar it must reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. The bar is a least value for rates, a most for times and memory."""

    workload: str
    what: str
    value: float
    unit: str
    floor: float | None = None
    floor_what: str = ""
    bar: float | None = None
    least: bool = False

    @property
    def ratio(self) -> float | None:
        """The value divided by its floor."""
        return self.value / self.floor if self.floor else None

    @property
    def reached(self) -> bool | None:
        """Whether the bar is reached; None where there is none."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.least else self.value <= self.bar

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "ratio": self.ratio, "reached": self.reached}


@dataclass(slots=True)
class Report:
    """All that one command measured on one database."""

    database: str
    machine: dict[str, Any]
    figures: list[Figure] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every workload could be measured."""
        return not any("error" in note for note in self.notes)

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "format": "segue.benchmark/1",
            "database": self.database,
            "machine": self.machine,
            "figures": [figure.dump() for figure in self.figures],
            "workloads": self.notes,
        }


HEADS = ("", "measured", "value", "floor", "ratio", "must reach", "")


def table(figures: Sequence[Figure]) -> str:
    """The figures for people to read."""
    rows = [HEADS, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, 1, 6) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(figure: Figure) -> tuple[str, ...]:
    sign = "≥" if figure.least else "≤"
    verdict = {None: "", True: "yes", False: "NO"}[figure.reached]
    return (
        figure.workload,
        figure.what,
        _shown(figure.value, figure.unit),
        "" if figure.floor is None else _shown(figure.floor, figure.unit),
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        "" if figure.bar is None else f"{sign} {_shown(figure.bar, figure.unit)}",
        verdict,
    )


def _shown(value: float, unit: str) -> str:
    digits = 4 if value < 0.1 else 3 if value < 1 else 2 if value < 100 else 0
    return f"{value:,.{digits}f} {unit}"
