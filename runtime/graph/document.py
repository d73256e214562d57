"""The document's shape, `segue.flow/1`. Says nothing about whether the flow makes sense."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from runtime.sdk.ports import TOOLS_PORT

FORMAT: Final = "segue.flow/1"
MAX_NODES, MAX_EDGES, MAX_NOTES = 10_000, 40_000, 1_000

Identifier = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
PortName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_]+$")]
Coordinate = Annotated[float, Field(ge=-1e7, le=1e7)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Position(_Part):
    x: Coordinate = 0
    y: Coordinate = 0


class Size(_Part):
    width: Coordinate = 240
    height: Coordinate = 160


class ToolSpec(_Part):
    """What holds for a step where a model may use it: what the model is told, and what it may.

    With `asks_first` a person is asked before each use; at most `most_calls` in one piece of work.
    """

    guidance: Annotated[str, Field(max_length=2_000)] = ""
    asks_first: bool = False
    most_calls: Annotated[int, Field(ge=1, le=1_000)] | None = None


class NodeSpec(_Part):
    """One box: what it is, how it is set, where it stands."""

    id: Identifier
    key: Annotated[str, Field(min_length=1, max_length=120)]
    name: Annotated[str, Field(max_length=200)] = ""
    type: Annotated[str, Field(min_length=1, max_length=100)]
    version: Annotated[int, Field(ge=1, le=10_000)] = 1
    params: dict[str, Any] = Field(default_factory=dict)
    policy: dict[str, Any] = Field(default_factory=dict)
    position: Position = Position()
    disabled: bool = False
    tool: ToolSpec | None = None

    @property
    def label(self) -> str:
        """What a person calls it."""
        return self.name or self.key


class EdgeSpec(_Part):
    """A wire from an output port to an input port; its ends are node ids."""

    source: Identifier
    source_port: PortName = "out"
    target: Identifier
    target_port: PortName = "in"

    @property
    def to_tool(self) -> bool:
        """Whether no data goes by it: it says that its source may use its target."""
        return self.source_port == TOOLS_PORT


class NoteSpec(_Part):
    id: Identifier
    text: Annotated[str, Field(max_length=20_000)] = ""
    position: Position = Position()
    size: Size = Size()
    color: Annotated[str, Field(max_length=20)] = "yellow"


class GroupSpec(_Part):
    id: Identifier
    title: Annotated[str, Field(max_length=200)] = ""
    nodes: tuple[Identifier, ...] = ()
    color: Annotated[str, Field(max_length=20)] = "gray"


class Settings(_Part):
    """Limits of every run of the flow; times in seconds. The server may set tighter ones.

    `max_items` counts what all steps give; `max_stored_mb` their results and log lines.

    `at_once` runs may be under way at the same time; those of equal `at_once_by` (a template over
    what starts the run) are counted together.
    """

    deadline_seconds: Annotated[float, Field(gt=0, le=31_536_000)] = 3600
    max_steps: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    max_items_per_step: Annotated[int, Field(ge=1, le=1_000_000)] = 100_000
    max_items: Annotated[int, Field(ge=1, le=10_000_000)] = 1_000_000
    max_stored_mb: Annotated[float, Field(gt=0, le=2_000)] = 250
    wait_limit_seconds: Annotated[float, Field(gt=0, le=300)] = 30
    at_once: Annotated[int, Field(ge=1, le=10_000)] | None = None
    at_once_by: Annotated[str, Field(max_length=500)] = ""
    when_busy: Literal["queue", "reject", "replace"] = "queue"
    priority: Literal["high", "normal", "low"] = "normal"
    description: Annotated[str, Field(max_length=5_000)] = ""


class Document(_Part):
    """A whole graph."""

    format: Literal["segue.flow/1"] = FORMAT
    nodes: Annotated[tuple[NodeSpec, ...], Field(max_length=MAX_NODES)] = ()
    edges: Annotated[tuple[EdgeSpec, ...], Field(max_length=MAX_EDGES)] = ()
    notes: Annotated[tuple[NoteSpec, ...], Field(max_length=MAX_NOTES)] = ()
    groups: Annotated[tuple[GroupSpec, ...], Field(max_length=MAX_NOTES)] = ()
    settings: Settings = Settings()

    def dump(self) -> dict[str, Any]:
        """Plain JSON values, every field present but `tool` where a step is none.

        So the content hash of what was published before there were tools stays the same.
        """
        plain: dict[str, Any] = self.model_dump(mode="json")
        for node in plain["nodes"]:
            if node["tool"] is None:
                del node["tool"]
        return plain


def canonical(document: Document) -> str:
    """JSON that changes only where the flow changed: sorted names, one value a line."""
    return json.dumps(document.dump(), sort_keys=True, ensure_ascii=False, indent=2) + "\n"


def content_hash(document: Document) -> str:
    """sha256 of the canonical form."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()
