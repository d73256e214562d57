"""Tables, memory and facts without a database, with the same rules as the real ones."""

from __future__ import annotations

import copy
import itertools
import time
from collections.abc import Mapping, Sequence
from typing import Any

from runtime.keeping.changes import Kept, changed, checked_name
from runtime.keeping.columns import ROW_ID, Column, ColumnKind, fitted, key_column, key_of, refused
from runtime.keeping.columns import shown as shown_row
from runtime.keeping.rows import in_order, matches, read_where
from runtime.providers.likeness import likeness
from runtime.sdk import Json
from runtime.sdk.context import Remembered
from runtime.sdk.mail import Letter, Posted
from runtime.sdk.meaning import Measured, Told

Cells = dict[str, Json]


class PlainTables:
    """See `runtime.sdk.context.Tables`. `columns` says for each table what its columns hold.

    A column whose kind ends in `!` is the key: `{"people": {"email": "text!", "age": "number"}}`.
    """

    def __init__(self, columns: Mapping[str, Mapping[str, str]]) -> None:
        self._columns = {
            table: tuple(
                Column(name, name, ColumnKind(kind.removesuffix("!")), kind.endswith("!"))
                for name, kind in kinds.items()
            )
            for table, kinds in columns.items()
        }
        self._rows: dict[str, dict[str, Cells]] = {table: {} for table in columns}
        self._done: dict[str, Any] = {}
        self._numbers = itertools.count(1)

    async def columns(self, table: str) -> Sequence[str]:
        return [column.name for column in self._of(table)]

    async def read(
        self,
        table: str,
        *,
        where: Mapping[str, Any] | None = None,
        sort_by: str = "",
        descending: bool = False,
        limit: int = 0,
    ) -> Sequence[Mapping[str, Json]]:
        columns = self._of(table)
        conditions = read_where(where, columns)
        rows = [shown_row(columns, row_id, row) for row_id, row in self._rows[table].items()]
        found = [row for row in rows if matches(conditions, row)]
        if sort_by:
            found = in_order(found, columns, sort_by, descending=descending)
        return found[:limit] if limit else found

    async def insert(
        self, table: str, values: Mapping[str, Json], *, key: str
    ) -> Mapping[str, Json]:
        return self._put(f"insert/{table}/{key}", table, values, change=False)

    async def upsert(
        self, table: str, values: Mapping[str, Json], *, key: str
    ) -> Mapping[str, Json]:
        return self._put(f"upsert/{table}/{key}", table, values, change=True)

    async def update(
        self, table: str, values: Mapping[str, Json], *, where: Mapping[str, Any], key: str
    ) -> int:
        if (done := f"update/{table}/{key}") not in self._done:
            cells = fitted(self._of(table), values)
            rows = await self.read(table, where=where)
            for row in rows:
                self._rows[table][str(row[ROW_ID])] |= cells
            self._done[done] = len(rows)
        return int(self._done[done])

    async def delete(self, table: str, *, where: Mapping[str, Any], key: str) -> int:
        if (done := f"delete/{table}/{key}") not in self._done:
            rows = await self.read(table, where=where)
            for row in rows:
                del self._rows[table][str(row[ROW_ID])]
            self._done[done] = len(rows)
        return int(self._done[done])

    def _put(self, done: str, table: str, values: Mapping[str, Json], *, change: bool) -> Cells:
        if done not in self._done:
            columns = self._of(table)
            cells = fitted(columns, values)
            own = key_column(columns)
            wanted = key_of(cells.get(own.id)) if own else None
            same = [
                row_id
                for row_id, row in self._rows[table].items()
                if own and wanted and key_of(row.get(own.id)) == wanted
            ]
            if change and wanted is None:
                raise refused("There is nothing to find a row by.")
            if same and not change:
                raise refused("There is already a row with this key.")
            row_id = same[0] if same else str(next(self._numbers))
            self._rows[table][row_id] = {**self._rows[table].get(row_id, {}), **cells}
            self._done[done] = shown_row(columns, row_id, self._rows[table][row_id])
        return dict(self._done[done])

    def _of(self, table: str) -> tuple[Column, ...]:
        if table not in self._columns:
            raise refused(f"There is no table called “{table}”.")
        return self._columns[table]


class PlainFacts:
    """See `runtime.sdk.meaning.Facts`."""

    def __init__(self) -> None:
        self._facts: dict[str, dict[str, tuple[bytes, str, float]]] = {}
        self._done: dict[str, int] = {}

    async def remember(
        self,
        about: str,
        facts: Sequence[str],
        meaning: Measured,
        *,
        expires_in: float | None = None,
        key: str,
    ) -> int:
        if (done := f"remember/{about}/{key}") not in self._done:
            mine = self._facts.setdefault(about, {})
            self._done[done] = len(set(facts) - set(mine))
            for text, vector in zip(facts, meaning.vectors, strict=True):
                mine[text] = (vector, meaning.model, time.time())
        return self._done[done]

    async def recall(self, about: str, meaning: Measured, *, most: int) -> Sequence[Told]:
        known = {
            text: (vector, at)
            for text, (vector, model, at) in self._facts.get(about, {}).items()
            if model == meaning.model
        }
        scores = likeness(
            meaning.vectors[0], [vector for vector, _ in known.values()], meaning.model
        )
        told = [Told(t, s, at) for (t, (_, at)), s in zip(known.items(), scores, strict=True)]
        return sorted(told, key=lambda one: -one.alike)[:most]

    async def forget(self, about: str, *, key: str) -> int:
        if (done := f"forget/{about}/{key}") not in self._done:
            self._done[done] = len(self._facts.pop(about, {}))
        return self._done[done]


class PlainMail:
    """See `runtime.sdk.context.Mail`: an outbox."""

    def __init__(self) -> None:
        self.outbox: dict[str, Letter] = {}

    async def send(self, letter: Letter, *, credential: str | None, key: str) -> Posted:
        self.outbox[key] = letter
        return Posted(f"<{key}@segue.example>", sent=False)


class PlainMemory:
    """See `runtime.sdk.context.Memory`; one flow's, and what is shared."""

    def __init__(self) -> None:
        self._kept: dict[tuple[bool, str], Kept] = {}
        self._done: dict[tuple[bool, str, str, str], Remembered] = {}

    async def recall(self, name: str, *, shared: bool = False) -> Remembered:
        kept = self._found(shared, checked_name(name))
        return Remembered(copy.deepcopy(kept.value), True) if kept else Remembered(None, False)

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
        name = checked_name(name)
        done = (shared, name, action, key)
        if done not in self._done:
            before = self._found(shared, name)
            after = changed(action, before, value, expires_in, time.time())
            if after is None:
                self._kept.pop((shared, name), None)
            else:
                self._kept[shared, name] = after
            self._done[done] = Remembered(after.value if after else None, before is not None)
        return self._done[done]

    def _found(self, shared: bool, name: str) -> Kept | None:
        kept = self._kept.get((shared, name))
        over = kept is not None and kept.expires_at is not None and kept.expires_at <= time.time()
        return None if over else kept
