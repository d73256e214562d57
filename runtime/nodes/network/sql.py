"""Asks a database."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from runtime.sdk import (
    Context,
    Effect,
    Example,
    Item,
    Json,
    Kind,
    Node,
    NodeParams,
    Output,
    Policy,
    Retry,
    field,
)


class Value(BaseModel):
    """A value that the statement uses under a name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: Json = None


class SqlQuery(Node):
    """Ask a database of yours by SQL; each row becomes an item. Nothing is changed."""

    type, version = "network.sql", 1
    name, category, icon = "Ask a database", "Network", "database"
    keywords = ("sql", "query", "select", "postgres", "postgresql", "table", "rows")
    effect = Effect.READS
    default_policy = Policy(retry=Retry.network(), timeout_seconds=60)
    usable_as_tool = True

    class Params(NodeParams):
        credential: str = field(
            Kind.CREDENTIAL, label="Connection", help="One of the kind “PostgreSQL database”."
        )
        statement: str = field(
            Kind.CODE,
            label="Statement",
            help="One SQL statement. Where data belongs write a name, as in “id = :id”.",
            placeholder="SELECT * FROM orders WHERE customer = :email",
            min_length=1,
        )
        values: tuple[Value, ...] = field(
            Kind.KEY_VALUES,
            (),
            label="Values",
            help="What the names in the statement stand for. Data never becomes part of the SQL.",
        )
        limit: int = field(Kind.INTEGER, 1_000, label="At most so many rows", ge=1, le=10_000)
        patience: float = field(
            Kind.DURATION, 30, label="Wait for the database", ge=1, le=600, advanced=True
        )

    examples = (
        Example(
            "Orders of a customer",
            {
                "credential": "00000000-0000-0000-0000-000000000000",
                "statement": "SELECT id, total FROM orders WHERE customer = :email",
                "values": [{"name": "email", "value": "{{ input.email }}"}],
            },
        ),
    )
    output_sample = {"id": 7, "total": 120.5}

    async def run(self, params: Any, ctx: Context) -> Output:
        answer = await ctx.databases.query(
            params.credential,
            params.statement,
            {value.name: value.value for value in params.values if value.name},
            most_rows=params.limit,
            timeout_seconds=params.patience,
        )
        if answer.more:
            ctx.log.warning("There are more rows; these are the first.", rows=params.limit)
        return Output.items([Item(dict(row)) for row in answer.rows])
