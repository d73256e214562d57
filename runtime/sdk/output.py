"""What a node returns: items by port, a place to park, or an answer for the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from runtime.sdk.items import Item, Json

OUT = "out"


class ParkKind(StrEnum):
    TIMER = "timer"
    CALLBACK = "callback"
    APPROVAL = "approval"
    CHILD = "child"  # a run of another flow


@dataclass(frozen=True, slots=True)
class Park:
    """Ask the engine to wait without holding anything in memory.

    `due_at` is a Unix time in seconds; at that moment the wait ends by itself. `details` is kept
    for the node and handed back when it goes on. A wait for a run of another flow names that run as
    its `child`; it ends with `{status, output, reason}`.
    """

    kind: ParkKind
    due_at: float | None = None
    details: Json = None
    child: str | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    """How a wait ended: what was sent to it, or that its time was up."""

    kind: ParkKind
    expired: bool
    value: Json = None
    details: Json = None


@dataclass(frozen=True, slots=True)
class Respond:
    """The answer for whoever called the flow. `body` is sent as JSON unless it is a string."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None


@dataclass(frozen=True, slots=True)
class Output:
    """Items by port. A port that is not named sends nothing."""

    ports: Mapping[str, Sequence[Item]]
    respond: Respond | None = None
    park: Park | None = None
    usage: Mapping[str, Json] | None = None  # model, tokens_in, tokens_out, cost, cached

    @staticmethod
    def one(json: Json, *, port: str = OUT, usage: Mapping[str, Json] | None = None) -> Output:
        """One item on one port."""
        return Output({port: (Item(json),)}, usage=usage)

    @staticmethod
    def items(items: Sequence[Item], *, port: str = OUT) -> Output:
        """A list of items on one port."""
        return Output({port: items})

    @staticmethod
    def wait(park: Park) -> Output:
        """Nothing yet: park the run, go on in `resume()`."""
        return Output({}, park=park)
