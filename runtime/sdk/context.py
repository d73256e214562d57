"""What a running node may use. The engine's shell supplies it; nodes never build one."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from runtime.sdk.items import FileRef, Item, Json
from runtime.sdk.knowledge import Knowledge

# Authors of steps may take these from here as well.
from runtime.sdk.mail import Attachment, Letter, Mail, Posted  # noqa: F401
from runtime.sdk.meaning import Facts, MeaningKind, Measured
from runtime.sdk.prompts import FromLibrary, Wording
from runtime.sdk.steps import Steps


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
        on_part: Callable[[bytes], None] | None = None,
        until: str = "",
    ) -> HttpReply:
        """Send one request; raises NodeError with a sentence that says what went wrong.

        `on_part` is told each piece of a good answer as it comes; the whole is returned all the
        same. With `until` a stream of events (SSE) is read only to the end of the event that holds
        this text: some servers leave the line open after what was asked for.
        """
        ...


class Shown(Protocol):
    """Where the words of an answer go as they come, for whoever looks on.

    They are no result, may get lost, and are kept nowhere.
    """

    def begin(self) -> None:
        """Whatever was shown of this try does not count any longer."""
        ...

    def add(self, words: str) -> None:
        """Show these too."""
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
        """See `runtime.providers.protocols`."""

    async def embed(
        self,
        texts: Sequence[str],
        ctx: Context,
        *,
        kind: MeaningKind = "passage",
        profile: str | None = None,
    ) -> Measured:
        """Measure what texts mean, by the built-in model or a profile's; raises NodeError."""

    async def prompt(self, wanted: FromLibrary, ctx: Context) -> Wording:
        """The words of the workspace's library, filled in; raises NodeError."""


class Flows(Protocol):
    """Starts other flows of the same workspace."""

    async def start(
        self,
        flow: str,
        items: Sequence[Item],
        ctx: Context,
        *,
        waits: bool,
        pinned: bool = False,
    ) -> str:
        """Start a run; returns its id. Raises NodeError.

        `pinned`: of the version that was live when the calling version was published.
        Asked again by the same item, it is the same run, unless that one has failed by now.
        """
        ...


class Tables(Protocol):
    """The workspace's tables. A row is a mapping of column names, with `row_id` when read.

    What changes something takes a `key`: with the same key it is done once, however often it is
    asked for. Hand it `ctx.idempotency_key`, with something added where a step changes more than
    one thing. `where` is a `Conditions` as plain data whose left sides are names of columns.
    Everything raises NodeError with a sentence: no such table, no such column, a value that does
    not fit.
    """

    async def columns(self, table: str) -> Sequence[str]:
        """The names of its columns, in order."""
        ...

    async def read(
        self,
        table: str,
        *,
        where: Mapping[str, Any] | None = None,
        sort_by: str = "",
        descending: bool = False,
        limit: int = 0,
    ) -> Sequence[Mapping[str, Json]]:
        """The rows meant, at most `limit` of them (0: as many as there may be at once)."""
        ...

    async def insert(
        self, table: str, values: Mapping[str, Json], *, key: str
    ) -> Mapping[str, Json]:
        """Add a row and return it."""
        ...

    async def upsert(
        self, table: str, values: Mapping[str, Json], *, key: str
    ) -> Mapping[str, Json]:
        """Change the row with the same value in the table's key column, or add one; return it."""
        ...

    async def update(
        self, table: str, values: Mapping[str, Json], *, where: Mapping[str, Any], key: str
    ) -> int:
        """Change the rows meant; returns how many."""
        ...

    async def delete(self, table: str, *, where: Mapping[str, Any], key: str) -> int:
        """Remove the rows meant; returns how many."""
        ...


@dataclass(frozen=True, slots=True)
class Remembered:
    """A value; `was_there` tells nothing from a remembered nothing."""

    value: Json
    was_there: bool


class Memory(Protocol):
    """Single values under a name, a flow's own or (`shared`) those of the whole workspace."""

    async def recall(self, name: str, *, shared: bool = False) -> Remembered:
        """What is remembered."""
        ...

    async def remember(
        self,
        name: str,
        action: str,
        value: Json = None,
        *,
        shared: bool = False,
        expires_in: float | None = None,
        key: str,
    ) -> Remembered:
        """`set`, `set_if_absent`, `add`, `append`, `splice` or `delete`; atomic, once for the key.

        `splice` changes a list by `{drop, first, add, most}`: where it begins with the entries to
        `drop`, those of `first` take their place; then those to `add` come, and of all of them the
        last `most` stay.

        Returns what is there afterwards; `was_there` says whether there was something before.
        `expires_in` is in seconds.
        """
        ...


@dataclass(frozen=True, slots=True)
class SqlAnswer:
    """The rows of an answer, how many there were or were changed, and whether rows are missing."""

    rows: Sequence[Mapping[str, Json]]
    count: int
    more: bool


class Databases(Protocol):
    """Databases of the person's own, by their connections. Hosts are guarded as for HTTP."""

    async def query(
        self,
        credential: str,
        statement: str,
        values: Mapping[str, Json],
        *,
        write: bool = False,
        most_rows: int = 1_000,
        timeout_seconds: float = 30,
    ) -> SqlAnswer:
        """Run one statement in a transaction of its own, which may not write unless told.

        `:name` in the statement stands for a value; values are bound and never become part of the
        text. Raises NodeError.
        """
        ...


class Files(Protocol):
    """The bytes of files. What an item carries is a reference to them; see `FileRef`."""

    def open(self, file: FileRef) -> AsyncIterator[bytes]:
        """Its bytes in pieces; raises NodeError where they are not kept any longer."""
        ...

    async def read(self, file: FileRef, *, most_bytes: int = 50_000_000) -> bytes:
        """All its bytes; raises NodeError where they are gone, or more than `most_bytes`."""
        ...

    async def write(
        self, name: str, content: bytes | AsyncIterable[bytes], *, media_type: str = ""
    ) -> FileRef:
        """Keep bytes and return what an item carries of them; the same bytes are kept once.

        Without `media_type` it is told by content and name. Raises NodeError where the file, or all
        files of the run together, are larger than the server takes.
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
    def tables(self) -> Tables: ...

    @property
    def memory(self) -> Memory: ...

    @property
    def facts(self) -> Facts: ...

    @property
    def knowledge(self) -> Knowledge: ...

    @property
    def databases(self) -> Databases: ...

    @property
    def mail(self) -> Mail: ...

    @property
    def steps(self) -> Steps:
        """For types with `uses_tools`: the steps they may use."""
        ...

    @property
    def files(self) -> Files: ...

    @property
    def shown(self) -> Shown | None:
        """Where words of an answer go as they come; None where nobody looks on."""
        ...

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
    def flow_id(self) -> str:
        """The flow's, or where a run has none the run's own."""
        ...

    @property
    def callback_url(self) -> str | None:
        """Where the outside may end a callback wait of this step; good as soon as `run` begins.

        None in `resume`, and for steps that do not wait for a call.
        """
        ...
