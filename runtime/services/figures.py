"""What happened in a stretch of time, summed up so that several can be added. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from runtime.services.model_costs import Took, added

STEP = 1.05  # each box of a `Spread` is so much wider than the one before: 2.5 % off at most
SMALLEST = 0.0005  # seconds; what is shorter counts as nothing


@dataclass(slots=True)
class Spread:
    """How long something took, as a count by boxes; more than a few of them are never needed."""

    boxes: Counter[int] = field(default_factory=Counter)
    nothing: int = 0

    def add(self, seconds: float) -> None:
        """Count one."""
        if seconds < SMALLEST:
            self.nothing += 1
        else:
            self.boxes[round(math.log(seconds, STEP))] += 1

    def at(self, share: float) -> float | None:
        """The seconds that this share of them did not exceed (nearest rank); None of none."""
        total = self.nothing + self.boxes.total()
        if not total:
            return None
        left = math.ceil(total * share) - self.nothing
        if left <= 0:
            return 0.0
        for box in sorted(self.boxes):
            left -= self.boxes[box]
            if left <= 0:
                return float(STEP**box)
        return None

    @property
    def middle(self) -> float | None:
        """Half of them took at most so long."""
        return self.at(0.5)

    @property
    def slow(self) -> float | None:
        """19 of 20 took at most so long."""
        return self.at(0.95)

    def __iadd__(self, other: Spread) -> Spread:
        self.boxes += other.boxes
        self.nothing += other.nothing
        return self

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {"boxes": sorted(self.boxes.items()), "nothing": self.nothing}

    @staticmethod
    def load(value: Mapping[str, Any]) -> Spread:
        """Of its JSON."""
        return Spread(Counter({int(box): int(n) for box, n in value["boxes"]}), value["nothing"])


@dataclass(slots=True)
class Runs:
    """Some runs: by how they ended, how long those took that succeeded, how long all waited."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    took: Spread = field(default_factory=Spread)
    queued: Spread = field(default_factory=Spread)

    @property
    def total(self) -> int:
        """How many."""
        return self.counts.total()

    def __iadd__(self, other: Runs) -> Runs:
        self.counts += other.counts
        self.errors += other.errors
        self.took += other.took
        self.queued += other.queued
        return self

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        spreads = {"took": self.took.dump(), "queued": self.queued.dump()}
        return {"counts": dict(self.counts), "errors": dict(self.errors), **spreads}

    @staticmethod
    def load(value: Mapping[str, Any]) -> Runs:
        """Of its JSON."""
        took, queued = Spread.load(value["took"]), Spread.load(value["queued"])
        return Runs(Counter(value["counts"]), Counter(value["errors"]), took, queued)


@dataclass(slots=True)
class Calls:
    """Some calls of models: what they took, how long the good ones, how the others failed."""

    took: Took = field(default_factory=Took)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: Spread = field(default_factory=Spread)

    def __iadd__(self, other: Calls) -> Calls:
        self.took = added((self.took, other.took))
        self.errors += other.errors
        self.seconds += other.seconds
        return self

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        own = {"took": asdict(self.took), "errors": dict(self.errors)}
        return {**own, "seconds": self.seconds.dump()}

    @staticmethod
    def load(value: Mapping[str, Any]) -> Calls:
        """Of its JSON."""
        seconds = Spread.load(value["seconds"])
        return Calls(Took(**value["took"]), Counter(value["errors"]), seconds)


@dataclass(slots=True)
class Figures:
    """Runs by flow and mode, calls by flow and model; a flow is its id as text, or empty."""

    runs: dict[tuple[str, str], Runs] = field(default_factory=dict)
    calls: dict[tuple[str, str], Calls] = field(default_factory=dict)

    def __iadd__(self, other: Figures) -> Figures:
        for place, runs in other.runs.items():
            self.runs.setdefault(place, Runs()).__iadd__(runs)
        for place, calls in other.calls.items():
            self.calls.setdefault(place, Calls()).__iadd__(calls)
        return self

    def only(self, flow: str, mode: str) -> Figures:
        """Of one flow and one mode; empty means all. Calls are of both modes."""
        return Figures(
            {
                at: one
                for at, one in self.runs.items()
                if flow in ("", at[0]) and mode in ("", at[1])
            },
            {at: one for at, one in self.calls.items() if flow in ("", at[0])},
        )

    def runs_by(self, key: Callable[[tuple[str, str]], str]) -> dict[str, Runs]:
        """The runs added up by what the key makes of flow and mode."""
        found: dict[str, Runs] = {}
        for place, runs in self.runs.items():
            found.setdefault(key(place), Runs()).__iadd__(runs)
        return found

    def calls_by_model(self) -> dict[str, Calls]:
        """The calls added up by model, in the order of the names."""
        found: dict[str, Calls] = {}
        for (_, model), calls in sorted(self.calls.items()):
            found.setdefault(model, Calls()).__iadd__(calls)
        return dict(sorted(found.items()))

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "runs": [[*place, one.dump()] for place, one in self.runs.items()],
            "calls": [[*place, one.dump()] for place, one in self.calls.items()],
        }

    @staticmethod
    def load(value: Mapping[str, Any]) -> Figures:
        """Of its JSON."""
        return Figures(
            {(flow, mode): Runs.load(one) for flow, mode, one in value["runs"]},
            {(flow, model): Calls.load(one) for flow, model, one in value["calls"]},
        )


def together(parts: Iterable[Figures]) -> Figures:
    """All of it; the parts stay as they are."""
    total = Figures()
    for part in parts:
        total += Figures.load(part.dump())
    return total
