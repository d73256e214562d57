"""Tables in the database. Whoever writes holds the table's row: nothing happens in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from runtime.keeping.columns import (
    ROW_ID,
    Column,
    ColumnKind,
    fitted,
    key_column,
    key_of,
    refused,
    shown,
)
from runtime.keeping.deeds import once
from runtime.keeping.rows import Shown, Where, in_order, indexed_key, matches, read_where
from runtime.models import DataRow, DataTable
from runtime.models.ids import uuid7
from runtime.sdk import Conditions, Json
from runtime.sdk.values import as_text

MOST_ROWS = 100_000  # of a table: what is filtered is read row by row
MOST_READ = 10_000  # rows a step gets at once
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table with its columns, as they are now."""

    row: DataTable
    columns: tuple[Column, ...]

    @property
    def key(self) -> Column:
        """The key column; raises NodeError where there is none."""
        found = key_column(self.columns)
        if found is None:
            raise refused(
                f"The table “{self.row.name}” has no column whose values occur once.",
                "Mark one on the table's page (“each value once”): rows are found by it.",
            )
        return found


def open_table(workspace_id: UUID, name: str, *, lock: bool = False) -> OpenTable:
    """The workspace's table of this name; raises NodeError where there is none."""
    rows = DataTable.objects.in_workspace(workspace_id)
    wanted = name.strip()
    row = (rows.select_for_update() if lock else rows).filter(name=wanted).first()
    if row is None:
        names = list(rows.values_list("name", flat=True)[:20])
        listed = ", ".join(f"“{known}”" for known in names)
        raise refused(
            f"There is no table called “{wanted[:60]}”.",
            f"The tables here are: {listed}." if names else "Make one first, under “Tables”.",
            "table",
        )
    return opened(row)


def opened(row: DataTable) -> OpenTable:
    """The table with its columns."""
    columns = row.columns.order_by("id").values_list("id", "name", "kind", "is_key")
    return OpenTable(row, tuple(Column(str(i), n, ColumnKind(k), u) for i, n, k, u in columns))


def column_names(workspace_id: UUID, name: str) -> list[str]:
    """The names of a table's columns, in order."""
    return [column.name for column in open_table(workspace_id, name).columns]


def read_rows(
    workspace_id: UUID,
    name: str,
    *,
    where: Where | None,
    sort_by: str,
    descending: bool,
    limit: int,
) -> list[Shown]:
    """The rows meant, in the order they were added or as sorted."""
    table = open_table(workspace_id, name)
    conditions = read_where(where, table.columns)
    most = min(limit, MOST_READ) if limit > 0 else MOST_READ
    if sort_by:
        found = in_order(_found(table, conditions), table.columns, sort_by, descending=descending)
        return found[:most]
    rows: list[Shown] = []
    for row in _found(table, conditions):
        if len(rows) == most:
            break
        rows.append(row)
    return rows


def insert_row(workspace_id: UUID, name: str, values: Mapping[str, Json], *, key: str) -> Shown:
    """Add a row, once for the key; returns it."""
    return _one_row(workspace_id, name, values, key, "insert", add_row)


def upsert_row(workspace_id: UUID, name: str, values: Mapping[str, Json], *, key: str) -> Shown:
    """Change the row that has this key value, or add one; returns it."""

    def put(table: OpenTable, cells: dict[str, Json]) -> Shown:
        if key_of(cells.get(table.key.id)) is None:
            raise refused(f"“{table.key.name}” is empty, so no row can be found by it.")
        row = same_key(table, cells)
        return add_row(table, cells) if row is None else change_row(table, row, cells)

    return _one_row(workspace_id, name, values, key, "upsert", put)


def _one_row(
    workspace_id: UUID,
    name: str,
    values: Mapping[str, Json],
    key: str,
    what: str,
    put: Callable[[OpenTable, dict[str, Json]], Shown],
) -> Shown:
    """The deed keeps the row's id and not the row, or everything would be kept twice."""
    made: list[Shown] = []

    def deed() -> Json:
        table = open_table(workspace_id, name, lock=True)
        made[:] = [put(table, fitted(table.columns, values))]
        return made[0][ROW_ID]

    row_id = once(workspace_id, key, f"{what}/{name}", deed)
    if made and made[0][ROW_ID] == row_id:  # else that one was undone, and somebody else's counts
        return made[0]
    table = open_table(workspace_id, name)
    row = DataRow.objects.filter(table=table.row, id=str(row_id)).first()
    cells = json.loads(row.cells) if row else fitted(table.columns, values)
    return shown(table.columns, str(row_id), cells)


def update_rows(
    workspace_id: UUID, name: str, values: Mapping[str, Json], *, where: Where, key: str
) -> int:
    """Change the rows meant; returns how many."""

    def deed() -> Json:
        table = open_table(workspace_id, name, lock=True)
        cells = fitted(table.columns, values)
        rows = _meant(table, where)
        for row in rows:
            change_row(table, row, cells)
        return len(rows)

    return cast(int, once(workspace_id, key, f"update/{name}", deed))


def delete_rows(workspace_id: UUID, name: str, *, where: Where, key: str) -> int:
    """Remove the rows meant; returns how many."""

    def deed() -> Json:
        table = open_table(workspace_id, name, lock=True)
        rows = [row.id for row in _meant(table, where)]
        remove_rows(table.row, rows)
        return len(rows)

    return cast(int, once(workspace_id, key, f"delete/{name}", deed))


# -- one row, under the table's lock ---------------------------------------------------------


def add_row(table: OpenTable, cells: dict[str, Json]) -> Shown:
    """Add a row; raises NodeError where its key value is there already, or no room is left."""
    if table.row.row_count >= MOST_ROWS:
        raise refused(
            f"The table “{table.row.name}” is full: it holds {MOST_ROWS:,} rows.",
            "Remove rows nobody needs, or keep such amounts in a database of your own.",
        )
    key = _key(table, cells)
    _refuse_twice(table, key, cells, None)
    row = DataRow(
        id=uuid7(),
        workspace_id=table.row.workspace_id,
        table=table.row,
        key=key,
        cells=json.dumps(cells),
    )
    DataRow.objects.bulk_create([row])
    table.row.row_count += 1
    _count(table.row, 1)
    return shown(table.columns, str(row.id), cells)


def put_row(table: OpenTable, cells: dict[str, Json]) -> bool:
    """Change the row of the same key, or add one; returns whether one was added."""
    row = same_key(table, cells)
    if row is None:
        add_row(table, cells)
    else:
        change_row(table, row, cells)
    return row is None


def same_key(table: OpenTable, cells: Mapping[str, Json]) -> DataRow | None:
    """The row that has the key value of these cells."""
    key = _key(table, cells)
    return DataRow.objects.filter(table=table.row, key=key).first() if key else None


def change_row(table: OpenTable, row: DataRow, cells: Mapping[str, Json]) -> Shown:
    """Change cells of a row; the others stay."""
    known = {column.id for column in table.columns}
    before = {name: value for name, value in json.loads(row.cells).items() if name in known}
    after = {**before, **cells}
    key = _key(table, after)
    _refuse_twice(table, key, after, row.id)
    row.key, row.cells = key, json.dumps(after)
    row.save(update_fields=["key", "cells", "updated_at"])
    return shown(table.columns, str(row.id), after)


def remove_rows(table: DataTable, ids: Sequence[UUID]) -> None:
    """Remove rows."""
    for start in range(0, len(ids), 500):
        piece = ids[start : start + 500]
        count, _ = DataRow.objects.filter(table=table, id__in=piece).delete()
        _count(table, -count)


def twice(row: DataTable, column: Column) -> str | None:
    """A value that occurs twice in a column, in words."""
    seen = set[str]()
    for _, cells in _scan(opened(row), None):
        value = json.loads(cells).get(column.id)
        key = key_of(value)
        if key in seen:
            return as_text(value)
        if key:
            seen.add(key)
    return None


def rekey(row: DataTable) -> None:
    """After the key column has changed: find rows by the new one. Hold the table's lock."""
    table = opened(row)
    DataRow.objects.filter(table=row).update(key=None)
    if key_column(table.columns) is None:
        return
    piece: list[DataRow] = []
    for row_id, cells in list(_scan(table, None)):
        piece.append(DataRow(id=row_id, key=_key(table, json.loads(cells))))
        if len(piece) == 500:
            DataRow.objects.bulk_update(piece, ["key"])
            piece.clear()
    DataRow.objects.bulk_update(piece, ["key"])


def rows_of(table: OpenTable) -> Iterator[Shown]:
    """Every row, in the order they were added."""
    return _found(table, Conditions())


def _key(table: OpenTable, cells: Mapping[str, Json]) -> str | None:
    column = key_column(table.columns)
    return key_of(cells.get(column.id)) if column else None


def _refuse_twice(
    table: OpenTable, key: str | None, cells: Mapping[str, Any], own: UUID | None
) -> None:
    if key is None:
        return
    same = DataRow.objects.filter(table=table.row, key=key)
    if not (same.exclude(id=own) if own else same).exists():
        return
    column = table.key
    raise refused(
        f"There is already a row whose “{column.name}” is “{str(cells.get(column.id))[:60]}”.",
        "Use “Add or change” to change the row that is there.",
    )


def _count(table: DataTable, by: int) -> None:
    DataTable.objects.filter(id=table.id).update(
        row_count=F("row_count") + by, updated_at=timezone.now()
    )


# -- finding ---------------------------------------------------------------------------------


def _meant(table: OpenTable, where: Where) -> list[DataRow]:
    """The rows to change or remove; raises NodeError where the conditions name none."""
    conditions = read_where(where, table.columns, changes=True)
    if not conditions.rows:
        raise refused(
            "It does not say which rows.", "Add a condition; to mean all rows: “row_id” exists."
        )
    ids = [str(row[ROW_ID]) for row in _found(table, conditions)]
    if len(ids) > MOST_READ:
        raise refused(
            f"These are {len(ids):,} rows; a step changes up to {MOST_READ:,} at once.",
            "Say more exactly which ones are meant.",
        )
    rows: list[DataRow] = []
    for start in range(0, len(ids), 500):
        rows += DataRow.objects.filter(table=table.row, id__in=ids[start : start + 500])
    return rows


def _found(table: OpenTable, conditions: Conditions) -> Iterator[Shown]:
    for row_id, cells in _scan(table, indexed_key(conditions, table.columns)):
        row = shown(table.columns, str(row_id), json.loads(cells))
        if matches(conditions, row):
            yield row


def _scan(table: OpenTable, key: str | None) -> Iterator[tuple[UUID, str]]:
    """Every row in order, some at a time; a cursor would not outlive a pooled session."""
    rows = DataRow.objects.filter(table=table.row, workspace_id=table.row.workspace_id)
    if key is not None:
        rows = rows.filter(key=key)
    ordered = rows.order_by("id").values_list("id", "cells")
    last: UUID | None = None
    while True:
        piece = list((ordered if last is None else ordered.filter(id__gt=last))[:_AT_ONCE])
        yield from piece
        if len(piece) < _AT_ONCE:
            return
        last = piece[-1][0]
