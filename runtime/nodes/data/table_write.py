"""Adds, changes and removes rows of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from runtime.sdk import (
    Conditions,
    Context,
    Effect,
    ErrorClass,
    Example,
    Json,
    Kind,
    Node,
    NodeError,
    NodeParams,
    OnUnknown,
    Output,
    Policy,
    Retry,
    field,
)

_WITH_VALUES = ["insert", "upsert", "update"]
_WITH_WHERE = ["update", "delete"]


class Cell(BaseModel):
    """A column and what goes into it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: Json = None


class TableWrite(Node):
    """Add a row to a table, or change or remove rows of it."""

    type, version = "data.table_write", 1
    name, category, icon = "Write to a table", "Data", "table-plus"
    keywords = ("table", "row", "insert", "update", "upsert", "delete", "save", "store", "sheet")
    summary = "{action} · {table}"
    # A repeated try finds what the first one did, so an unknown outcome is none.
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=60, on_unknown=OnUnknown.RETRY)
    usable_as_tool = True

    class Params(NodeParams):
        table: str = field(
            Kind.TABLE,
            label="Table",
            help="One of those under “Tables” in the menu.",
            min_length=1,
        )
        action: Literal["insert", "upsert", "update", "delete"] = field(
            Kind.CHOICE,
            "insert",
            label="What to do",
            choices={
                "insert": "Add a row",
                "upsert": "Add a row, or change the one that is there",
                "update": "Change rows",
                "delete": "Remove rows",
            },
        )
        take: Literal["fields", "item"] = field(
            Kind.CHOICE,
            "fields",
            label="Take",
            help="Of the item, the fields that are called like a column are taken.",
            choices={"fields": "The values below", "item": "The item as it comes"},
            show_if=("action", _WITH_VALUES),
        )
        values: tuple[Cell, ...] = field(
            Kind.KEY_VALUES,
            (),
            label="Values",
            help="On the left the column, on the right what goes into it.",
            show_if=("action", _WITH_VALUES),
        )
        where: Conditions = field(
            Kind.CONDITIONS,
            default_factory=Conditions,
            label="Which rows",
            help="On the left goes the name of a column.",
            show_if=("action", _WITH_WHERE),
        )

    examples = (
        Example(
            "Keep a customer",
            {
                "table": "Customers",
                "action": "upsert",
                "values": [
                    {"name": "email", "value": "{{ input.email }}"},
                    {"name": "name", "value": "{{ input.name }}"},
                ],
            },
        ),
        Example(
            "Remove what is done",
            {
                "table": "To do",
                "action": "delete",
                "where": {"rows": [{"left": "done", "operator": "is_true"}]},
            },
        ),
    )
    output_sample = {"email": "ada@example.com", "name": "Ada", "row_id": "0190…"}

    async def run(self, params: Params, ctx: Context) -> Output:
        key, where = ctx.idempotency_key, params.where.model_dump()
        if params.action == "delete":
            removed = await ctx.tables.delete(params.table, where=where, key=key)
            return Output.one({"rows": removed})
        values = await _values(params, ctx)
        if params.action == "update":
            changed = await ctx.tables.update(params.table, values, where=where, key=key)
            return Output.one({"rows": changed})
        put = ctx.tables.insert if params.action == "insert" else ctx.tables.upsert
        return Output.one(dict(await put(params.table, values, key=key)))

    @classmethod
    def check(cls, params: Any) -> Sequence[tuple[str, str]]:
        if params.action in _WITH_WHERE and not params.where.rows:
            return [("where", "Say which rows are meant.")]
        if params.action in _WITH_VALUES and params.take == "fields" and not params.values:
            return [("values", "Say what goes into which column.")]
        return ()


async def _values(params: TableWrite.Params, ctx: Context) -> Mapping[str, Json]:
    if params.take == "fields":
        return {cell.name: cell.value for cell in params.values if cell.name}
    given = ctx.item.json
    columns = await ctx.tables.columns(params.table)
    fields = given if isinstance(given, dict) else {}
    found = {name: fields[name] for name in columns if name in fields}
    if not found:
        raise NodeError(
            "The item has no field that is called like a column of the table.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix=f"The columns are: {', '.join(columns)}. Or choose “The values below”.",
            field="take",
        )
    return found
