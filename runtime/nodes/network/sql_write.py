"""Changes a database."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from runtime.sdk import (
    Context,
    Effect,
    Example,
    Json,
    Kind,
    Node,
    NodeParams,
    OnUnknown,
    Output,
    Policy,
    field,
)


class Value(BaseModel):
    """A value that the statement uses under a name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: Json = None


class SqlWrite(Node):
    """Change a database of yours by SQL, once for each item."""

    type, version = "network.sql_write", 1
    name, category, icon = "Write to a database", "Network", "database"
    keywords = ("sql", "insert", "update", "delete", "postgres", "postgresql", "table", "rows")
    effect = Effect.EXTERNAL
    default_policy = Policy(timeout_seconds=60, on_unknown=OnUnknown.ASK)
    usable_as_tool = True

    class Params(NodeParams):
        credential: str = field(
            Kind.CREDENTIAL, label="Connection", help="One of the kind “PostgreSQL database”."
        )
        statement: str = field(
            Kind.CODE,
            label="Statement",
            help="One SQL statement. Where data belongs write a name, as in “id = :id”. "
            "“:idempotency_key” is always there; it is the same when the step is tried again.",
            placeholder="INSERT INTO orders (id, total) VALUES (:id, :total)",
            min_length=1,
        )
        values: tuple[Value, ...] = field(
            Kind.KEY_VALUES,
            (),
            label="Values",
            help="What the names in the statement stand for. Data never becomes part of the SQL.",
        )
        patience: float = field(
            Kind.DURATION, 30, label="Wait for the database", ge=1, le=600, advanced=True
        )

    examples = (
        Example(
            "Keep an order",
            {
                "credential": "00000000-0000-0000-0000-000000000000",
                "statement": "INSERT INTO orders (id, total) VALUES (:id, :total) "
                "ON CONFLICT (id) DO UPDATE SET total = excluded.total",
                "values": [
                    {"name": "id", "value": "{{ input.id }}"},
                    {"name": "total", "value": "{{ input.total }}"},
                ],
            },
        ),
    )
    output_sample = {"count": 1, "rows": []}

    async def run(self, params: Any, ctx: Context) -> Output:
        values: dict[str, Json] = {"idempotency_key": ctx.idempotency_key}
        values |= {value.name: value.value for value in params.values if value.name}
        answer = await ctx.databases.query(
            params.credential,
            params.statement,
            values,
            write=True,
            timeout_seconds=params.patience,
        )
        return Output.one({"count": answer.count, "rows": [dict(row) for row in answer.rows]})
