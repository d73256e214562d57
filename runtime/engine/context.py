"""What a node sees of its attempt. Thin: everything real comes from the world outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.engine.encode import encode
from runtime.engine.recorded import nothing_leaves
from runtime.sdk.context import (
    Databases,
    Files,
    Flows,
    HttpClient,
    Memory,
    Models,
    Sandbox,
    Shown,
    Tables,
)
from runtime.sdk.items import Item, Json
from runtime.sdk.knowledge import Knowledge
from runtime.sdk.mail import Mail
from runtime.sdk.meaning import Facts
from runtime.sdk.steps import Steps

if TYPE_CHECKING:
    from runtime.engine.execution import RunExecution

MAX_LINES = 10_000  # per step
MAX_LOG_BYTES = 1_000_000


class StepLog:
    """Counts a step's log lines, and says how many it dropped."""

    __slots__ = ("_iteration", "_key", "_run", "bytes", "dropped", "lines")

    def __init__(self, run: RunExecution, key: str, iteration: str) -> None:
        self._run, self._key, self._iteration = run, key, iteration
        self.lines = self.bytes = self.dropped = 0

    def close(self) -> None:
        """Say how many lines were dropped, in a line that is always kept."""
        if self.dropped:
            message = (
                f"Log lines dropped here: {self.dropped:,}. A step keeps {MAX_LINES:,} lines, "
                "and no more than 1 MB of them."
            )
            place = (self._key, self._iteration, -1, 1)
            self._run.record.log(place, "warning", message, None)
            self.dropped = 0

    def admits(self, size: int) -> bool:
        """Whether one more line of this size may be kept."""
        if self.lines >= MAX_LINES or self.bytes + size > MAX_LOG_BYTES:
            self.dropped += 1
            return False
        self.lines += 1
        self.bytes += size
        return True


@dataclass(slots=True)
class AttemptLog:
    """Writes the log lines of one attempt."""

    run: RunExecution
    node: str
    iteration: str
    item: int
    number: int
    budget: StepLog

    def debug(self, message: str, **data: Json) -> None:
        self._write("debug", message, data)

    def info(self, message: str, **data: Json) -> None:
        self._write("info", message, data)

    def warning(self, message: str, **data: Json) -> None:
        self._write("warning", message, data)

    def error(self, message: str, **data: Json) -> None:
        self._write("error", message, data)

    def _write(self, level: str, message: str, data: Mapping[str, Json]) -> None:
        encoded = encode(dict(data)) if data else None
        if not self.budget.admits(len(message) + len(encoded or b"")):
            return
        place = (self.node, self.iteration, self.item, self.number)
        self.run.record.log(place, level, message[:20_000], encoded)


@dataclass(slots=True)
class StepContext:
    """See `runtime.sdk.Context`."""

    run: RunExecution
    log: AttemptLog
    items: Sequence[Item]
    inputs: Mapping[str, Sequence[Item] | None]
    position: int
    attempt: int
    idempotency_key: str
    callback_url: str | None = None
    inner: Steps | None = None
    shown: Shown | None = None

    @property
    def item(self) -> Item:
        return self.items[max(self.position, 0)]

    @property
    def http(self) -> HttpClient:
        self._may_leave()
        return self.run.world.http(str(self.run.claim.workspace_id))

    @property
    def sandbox(self) -> Sandbox:
        return self.run.world.sandbox

    @property
    def models(self) -> Models:
        self._may_leave()
        return self.run.world.models(str(self.run.claim.workspace_id))

    @property
    def flows(self) -> Flows:
        self._may_leave()
        return self.run.world.flows(str(self.run.claim.workspace_id))

    @property
    def tables(self) -> Tables:
        self._may_leave()
        return self.run.world.tables(str(self.run.claim.workspace_id))

    @property
    def memory(self) -> Memory:
        self._may_leave()
        return self.run.world.memory(str(self.run.claim.workspace_id), self.flow_id)

    @property
    def facts(self) -> Facts:
        self._may_leave()
        return self.run.world.facts(str(self.run.claim.workspace_id))

    @property
    def knowledge(self) -> Knowledge:
        self._may_leave()
        return self.run.world.knowledge(str(self.run.claim.workspace_id))

    @property
    def databases(self) -> Databases:
        self._may_leave()
        return self.run.world.databases(str(self.run.claim.workspace_id))

    @property
    def mail(self) -> Mail:
        self._may_leave()
        return self.run.world.mail(str(self.run.claim.workspace_id))

    @property
    def steps(self) -> Steps:
        if self.inner is None:
            raise TypeError("Only types that declare `uses_tools` take steps inside of a step.")
        return self.inner

    @property
    def files(self) -> Files:
        claim = self.run.claim
        return self.run.world.files(str(claim.workspace_id), str(claim.id))

    def _may_leave(self) -> None:
        if self.run.recorded is not None:
            raise nothing_leaves()

    @property
    def now(self) -> float:
        return self.run.clock.now()

    @property
    def run_id(self) -> str:
        return str(self.run.claim.id)

    @property
    def flow_id(self) -> str:
        return str(self.run.claim.flow_id or self.run.claim.id)
