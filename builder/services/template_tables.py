"""Makes the tables that a template's flow reads and writes, so that it works as it is."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from runtime.keeping.columns import fitted
from runtime.keeping.tables import add_row, opened
from runtime.models import DataColumn, DataTable


def make_tables(workspace_id: UUID, tables: Sequence[Mapping[str, Any]]) -> None:
    """Make those that are not there; a table of this name that is there stays as it is.

    Each: `{"name", "columns": [{"name", "kind", "is_key"}], "rows": [{column: value}]}`.
    """
    for one in tables:
        table, fresh = DataTable.objects.get_or_create(workspace_id=workspace_id, name=one["name"])
        if fresh:
            _fill(table, one)


def _fill(table: DataTable, told: Mapping[str, Any]) -> None:
    for column in told["columns"]:
        DataColumn.objects.create(table=table, **column)
    open_table = opened(table)
    for row in told.get("rows", ()):
        add_row(open_table, fitted(open_table.columns, row))
