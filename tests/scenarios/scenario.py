"""Reads scenarios from YAML and says in which points a run differs from what one expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from runtime.graph.document import Document
from runtime.graph.parse import parse_document

FOLDER = Path(__file__).parent
ENDED = {"succeeded", "skipped", "failed", "cancelled"}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExpectedStep(_Part):
    """Of a step, what the scenario cares about; `why` and `error` need only be contained."""

    status: str = "succeeded"
    items_in: int | None = None
    items_out: dict[str, int] | None = None
    attempts: int | None = None
    why: str | None = None
    error: str | None = None


class Expected(_Part):
    """How the run ends. Steps are named `key` or `key@iteration`; `absent` ones left no trace."""

    status: str = "succeeded"
    output: Any = None
    reason: str | None = None
    steps: dict[str, ExpectedStep] = {}
    absent: tuple[str, ...] = ()
    order: tuple[tuple[str, str], ...] = ()  # the first ends before the second


class Scenario(_Part):
    """A flow, what goes in, and what comes of it."""

    name: str
    nodes: dict[str, Any]  # key: type, or key: {type, params, policy, …}
    wires: tuple[str, ...] = ()  # "a -> b", "a.exit -> b.entry"
    settings: dict[str, Any] = {}
    trigger: str = "start"
    items: list[Any] = [{}]
    expected: Expected

    @property
    def document(self) -> Document:
        """The flow as a document."""
        nodes = [
            {"id": key, "key": key, **({"type": node} if isinstance(node, str) else node)}
            for key, node in self.nodes.items()
        ]
        edges = [_wire(wire) for wire in self.wires]
        return parse_document({"nodes": nodes, "edges": edges, "settings": self.settings})


def _wire(text: str) -> dict[str, str]:
    ends = [end.strip().partition(".") for end in text.split("->")]
    (source, _, out), (target, _, into) = ends
    return {
        "source": source,
        "source_port": out or "out",
        "target": target,
        "target_port": into or "in",
    }


@dataclass(frozen=True)
class SeenStep:
    """A step as the journal tells it."""

    seq: int
    status: str
    attempts: int
    items_in: int
    items_out: Mapping[str, int]
    why: str
    error: str


@dataclass(frozen=True)
class Seen:
    """A run as a harness saw it. `steps` are named as in the scenario."""

    status: str
    output: Any
    reason: str
    steps: Mapping[str, SeenStep]


def load_all() -> list[Scenario]:
    """Every scenario of the folder."""
    return [
        Scenario.model_validate(part)
        for file in sorted(FOLDER.glob("*.yaml"))
        for part in yaml.safe_load_all(file.read_text())
    ]


def differences(expected: Expected, seen: Seen) -> Iterator[str]:
    """Sentences, one for each point in which the run is not as expected."""
    if seen.status != expected.status:
        yield f"the run is {seen.status}, not {expected.status} ({seen.reason})"
    if "output" in expected.model_fields_set and seen.output != expected.output:
        yield f"it returned {seen.output!r}, not {expected.output!r}"
    if expected.reason is not None and expected.reason not in seen.reason:
        yield f"the reason is {seen.reason!r}"
    for name, step in expected.steps.items():
        yield from _step_differences(name, step, seen.steps.get(name))
    for name in expected.absent:
        if name in seen.steps:
            yield f"{name} should have left no trace, and is {seen.steps[name].status}"
    for first, second in expected.order:
        if seen.steps[first].seq >= seen.steps[second].seq:
            yield f"{first} did not end before {second}"
    yield from _broken_rules(seen)


def _step_differences(name: str, expected: ExpectedStep, seen: SeenStep | None) -> Iterator[str]:
    if seen is None:
        yield f"{name} left no trace"
        return
    for field in ("status", "items_in", "items_out", "attempts"):
        wanted, found = getattr(expected, field), getattr(seen, field)
        if wanted is not None and found != wanted:
            yield f"{name}: {field} is {found!r}, not {wanted!r}"
    for field in ("why", "error"):
        wanted, found = getattr(expected, field), getattr(seen, field)
        if wanted is not None and wanted not in found:
            yield f"{name}: {field} is {found!r}"


def _broken_rules(seen: Seen) -> Iterator[str]:
    """What must hold in every run, whatever the scenario says."""
    if seen.status in ("succeeded", "failed", "timed_out", "cancelled"):
        for name, step in seen.steps.items():
            if step.status not in ENDED:
                yield f"the run is over, and {name} is still {step.status}"
    if seen.status == "succeeded":
        for name, step in seen.steps.items():
            if step.status not in ("succeeded", "skipped"):
                yield f"the run succeeded, and {name} is {step.status}"
    numbers = [step.seq for step in seen.steps.values()]
    if len(set(numbers)) != len(numbers):
        yield "two steps have one event number"
