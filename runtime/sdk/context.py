"""What a running node may use. The engine's shell supplies it; nodes never build one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from runtime.sdk.items import Item, Json


class Logger(Protocol):
    """Writes lines into the step's log, where people read them."""

    def debug(self, message: str, **data: Json) -> None: ...
    def info(self, message: str, **data: Json) -> None: ...
    def warning(self, message: str, **data: Json) -> None: ...
    def error(self, message: str, **data: Json) -> None: ...


@dataclass(frozen=True, slots=True)
class HttpReply:
    """An HTTP answer, read to its end within the size limit."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


class HttpClient(Protocol):
    """One shared client. Refuses addresses that are not public unless an admin allowed them."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
        credential: str | None = None,
        timeout_seconds: float | None = None,
        follow_redirects: bool = True,
        max_bytes: int = 10_000_000,
    ) -> HttpReply:
        """Send one request; raises NodeError with a sentence that says what went wrong."""
        ...


class Sandbox(Protocol):
    """Runs a person's Python in a process of its own, with limits on time and memory."""

    async def run_code(
        self, code: str, variables: Mapping[str, Json], *, timeout_seconds: float
    ) -> tuple[Json, Sequence[str]]:
        """Return the code's result and what it printed; raises NodeError."""
        ...


class Models(Protocol):
    """The one accountable path to a model."""

    async def complete(self, request: Any, ctx: Context) -> Any:
        """See runtime.providers.protocols for request and answer."""
        ...


class Flows(Protocol):
    """Starts other flows of the same workspace."""

    async def start(self, flow: str, items: Sequence[Item], ctx: Context, *, waits: bool) -> str:
        """Start a run; returns its id. Raises NodeError.

        Asked again by the same item, it is the same run, unless that one has failed by now.
        """
        ...


class Context(Protocol):
    """One attempt of one item (or of the whole list)."""

    @property
    def item(self) -> Item:
        """The current item (in *each* mode)."""
        ...

    @property
    def items(self) -> Sequence[Item]:
        """The whole list of the first input port (in *all* mode)."""
        ...

    @property
    def inputs(self) -> Mapping[str, Sequence[Item] | None]:
        """Every input port's list; None where the port is dead."""
        ...

    @property
    def log(self) -> Logger: ...

    @property
    def http(self) -> HttpClient: ...

    @property
    def sandbox(self) -> Sandbox: ...

    @property
    def models(self) -> Models: ...

    @property
    def flows(self) -> Flows: ...

    @property
    def now(self) -> float:
        """Unix time in seconds."""
        ...

    @property
    def attempt(self) -> int: ...

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt of the same item; hand it to whoever can deduplicate."""
        ...

    @property
    def run_id(self) -> str: ...

    @property
    def callback_url(self) -> str | None:
        """Where the outside may end a callback wait of this step; good as soon as `run` begins.

        None in `resume`, and for steps that do not wait for a call.
        """
        ...
