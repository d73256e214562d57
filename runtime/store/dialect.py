"""What differs between the two databases, behind one small interface."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
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
    what becomes of a column of a row that is there already.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    keep: tuple[str, ...] = ()
    merge: tuple[tuple[str, str], ...] = ()
    replace: bool = True


class Connection(Protocol):
    """One session. Not shared between threads."""

    for_key_share: str
    for_update: str
    skip_locked: str

    def transaction(self) -> AbstractContextManager[None]:
        """A write transaction; rolls back on any exception."""
        ...

    def run(self, sql: str, values: Values = ()) -> list[Record]:
        """Run a statement with `%s` places; returns rows of a query or of RETURNING."""
        ...

    def count(self, sql: str, values: Values = ()) -> int:
        """Run a statement; returns how many rows it touched."""
        ...

    def each(self, sql: str, values: Sequence[Values]) -> None:
        """Run a statement once for each set of values, in as few round trips as possible."""
        ...

    def insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, replacing those of the same key."""
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
        """Hold something the system frees by itself when this process dies."""
        ...

    def sign_of_life_is_gone(self, worker: UUID, key: int) -> bool:
        """Whether that something is free: then its process is dead for sure."""
        ...

    def lock_slots(self) -> None:
        """For the rest of the transaction nobody else counts or takes places in slots."""
        ...

    def close(self) -> None: ...


def chunks(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Pieces of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
