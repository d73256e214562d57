"""Reads rows of a table."""

from __future__ import annotations

from runtime.sdk import (
    Conditions,
    Context,
    Effect,
    Example,
    Item,
    Kind,
    Node,
    NodeParams,
    Output,
    Policy,
    Retry,
    field,
)
from runtime.sdk.texts import Text


class TableRead(Node):
    """Read rows of a table; each row becomes an item."""

    type, version = "data.table_read", 1
    name, category, icon = "Read a table", "Data", "table"
    keywords = ("table", "rows", "look up", "search", "find", "list", "database", "sheet")
    summary = "{table}"
    effect = Effect.READS
    default_policy = Policy(retry=Retry.network(), timeout_seconds=60)
    usable_as_tool = True

    class Params(NodeParams):
        table: str = field(
            Kind.TABLE,
            label="Table",
            help="One of those under “Tables” in the menu.",
            min_length=1,
        )
        where: Conditions = field(
            Kind.CONDITIONS,
            default_factory=Conditions,
            label="Which rows",
            help="On the left goes the name of a column. Without a condition: all rows.",
        )
        sort_by: Text = field(
            Kind.TEXT,
            "",
            label="Sort by",
            help="The name of a column. Empty: as they were added.",
        )
        descending: bool = field(Kind.BOOLEAN, False, label="The largest or latest first")
        limit: int = field(
            Kind.INTEGER,
            100,
            label="At most",
            help="So many rows. A step reads up to 10,000.",
            ge=1,
            le=10_000,
        )

    examples = (
        Example(
            "Open orders of a customer",
            {
                "table": "Orders",
                "where": {
                    "match": "all",
                    "rows": [
                        {"left": "customer", "operator": "equals", "right": "{{ input.email }}"},
                        {"left": "paid", "operator": "is_false"},
                    ],
                },
                "sort_by": "total",
            },
        ),
    )
    output_sample = {"email": "ada@example.com", "orders": 3, "row_id": "0190…"}

    async def run(self, params: Params, ctx: Context) -> Output:
        rows = await ctx.tables.read(
            params.table,
            where=params.where.model_dump(),
            sort_by=params.sort_by,
            descending=params.descending,
            limit=params.limit,
        )
        if not rows:
            ctx.log.info("No row matches.")
        return Output.items([Item(dict(row)) for row in rows])
