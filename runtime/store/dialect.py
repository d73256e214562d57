"""What differs between the two databases, behind one small interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

Values = Sequence[Any]
Record = tuple[Any, ...]


class DatabaseDownError(Exception):
    """The database does not answer, or went away in the middle. Trying again later may help."""


class Binary(bytes):
    """Bytes for a binary column; other bytes are JSON text."""


@dataclass(frozen=True, slots=True)
class Table:
    """How rows of one kind are written: columns with their PostgreSQL types, and the key.

    `keep` are columns whose earlier value stays where the new row has none; `merge` says in SQL
    what becomes of a column of a row that is there already. With `holds`, a column that never
    differs, a row that is there stays as it is, and nobody else deletes it until the transaction
    ends.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    keep: tuple[str, ...] = ()
    merge: tuple[tuple[str, str], ...] = ()
    replace: bool = True
    holds: str | None = None


@dataclass(frozen=True, slots=True)
class RunUpdate:
    """An UPDATE of many runs that one worker holds. `sets` says `new.column` for a new value.

    `columns` are the new values with their PostgreSQL types, besides `id` and `epoch`: a run that
    is not held under that epoch any more stays as it is.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    sets: str


Row = dict[str, Any]


@dataclass(slots=True)
class Batch:
    """What one group commit writes: rows by table, and what becomes of their runs."""

    payloads: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    attempts: list[Row] = field(default_factory=list)
    logs: list[Row] = field(default_factory=list)
    waits: list[Row] = field(default_factory=list)
    advances: list[Row] = field(default_factory=list)
    runnings: list[Row] = field(default_factory=list)
    parkings: list[Row] = field(default_factory=list)
    ends: list[Row] = field(default_factory=list)


class Connection(Protocol):
    """One session. Not shared between threads."""

    commits_at_once: bool
    for_key_share: str
    for_update: str
    skip_locked: str
    row_address: str  # the column that names a row's place
    text_as_id: str  # an id as hexadecimal text, to be compared with ids
    sign_grace_seconds: float  # how long a sign of life may be missing while its worker lives

    def transaction(self) -> AbstractContextManager[None]:
        """A write transaction; rolls back on any exception."""
        ...

    def statement(self) -> AbstractContextManager[None]:
        """Around a single writing statement: a transaction only where it needs one said."""
        ...

    def run(self, sql: str, values: Values = ()) -> list[Record]:
        """Run a statement with `%s` places; returns rows of a query or of RETURNING."""
        ...

    def count(self, sql: str, values: Values = ()) -> int:
        """Run a statement; returns how many rows it touched."""
        ...

    def update_runs(self, update: RunUpdate, rows: Sequence[dict[str, Any]], owner: UUID) -> None:
        """Update runs the owner holds, in one round trip; each row has `id` and `epoch`."""
        ...

    def insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, replacing those of the same key."""
        ...

    def commit_at_once(
        self, worker: UUID, held: Mapping[UUID, int], batch: Batch
    ) -> Set[UUID] | None:
        """Write a whole batch by one call, if the worker holds every run under its epoch.

        Returns the runs it does hold; where one is missing nothing was written. None: it is dead.
        Only where `commits_at_once` says so.
        """
        ...

    def id(self, value: UUID | None) -> Any:
        """A uuid as a parameter."""
        ...

    def ids(self, values: Sequence[UUID]) -> tuple[str, list[Any]]:
        """SQL for `column …` that matches any of these ids, with its parameters."""
        ...

    def time(self, seconds: float | None) -> Any:
        """A Unix time as a parameter."""
        ...

    def seconds(self, value: Any) -> float | None:
        """A stored moment as a Unix time."""
        ...

    def uuid(self, value: Any) -> UUID | None:
        """A stored id."""
        ...

    def now(self) -> float:
        """The database's clock (the host's for SQLite)."""
        ...

    def hold_sign_of_life(self, worker: UUID, key: int) -> None:
        """Hold something the system frees by itself when this process dies.

        Each session of a worker holds it, so that losing one of them looks like no death.
        """
        ...

    def write_alone(self, key: int) -> None:
        """Be the only session that writes for a worker; whoever did so before is ended first.

        A session whose line was cut may still have a commit under way on the server: done after
        the same rows were written again, it would undo what came after them.
        """
        ...

    def sign_of_life_is_gone(self, worker: UUID, key: int) -> bool:
        """Whether nobody holds that something: then its process is dead, or lost all sessions."""
        ...

    def signs_hold(self, seconds: float) -> bool:
        """Whether signs of life were kept for so long: none was lost because all were."""
        ...

    def hold_alone(self, task: str) -> bool:
        """Whether this session may do what one at a time does; it may until it closes or dies."""
        ...

    def lock_slots(self) -> None:
        """For the rest of the transaction nobody else counts or takes places in slots."""
        ...

    def need_room(self) -> None:
        """Raise DiskFullError where too little is left to take anything in."""
        ...

    def keep_reserve(self) -> None:
        """See to it that something lies there that can be given up when the disk is full."""
        ...

    def close(self) -> None: ...


def chunks(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Pieces of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
