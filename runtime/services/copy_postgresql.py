"""A copy of the PostgreSQL database while everything runs, and the way back.

Written with PostgreSQL's own COPY in one snapshot. `pg_dump` would do as well where it is found,
and refuses a server that is newer than itself; one way that is always there is tried more often.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from zipfile import ZipFile

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

FOLDER, COLUMNS = "database/", "database/columns.json"
CHUNK = 1 << 20
_LEFT_OUT = ("django_migrations",)  # the backup's own list says what was applied


def write_copy(archive: ZipFile, emptied: Sequence[str]) -> None:
    """Put all tables into the archive, as they are at one moment; *emptied*: tables left bare."""
    with closing(connection.copy()) as own, own.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        columns: dict[str, list[str]] = {}
        for table in sorted(own.introspection.table_names(cursor)):
            if table in _LEFT_OUT or table in emptied:
                continue
            rows = own.introspection.get_table_description(cursor, table)
            columns[table] = [row.name for row in rows]
            names = _names(columns[table])
            with (
                archive.open(f"{FOLDER}{table}.copy", "w", force_zip64=True) as target,
                cursor.copy(f"COPY {_name(table)} ({names}) TO STDOUT") as source,
            ):
                for part in source:
                    target.write(part)
        cursor.execute("ROLLBACK")
    archive.writestr(COLUMNS, json.dumps(columns))


def read_copy(archive: ZipFile, applied: Sequence[tuple[str, str]]) -> None:
    """Put the archive's tables in the place of ours, with the schema of its time.

    One transaction: where something fails, everything is as it was. Django's foreign keys are
    checked at its end, so the order of the tables does not matter.
    """
    columns: dict[str, list[str]] = json.loads(archive.read(COLUMNS))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE {_name(table)} CASCADE")
        MigrationExecutor(connection).migrate(_latest(applied))
        made = [
            table
            for table in connection.introspection.table_names(cursor)
            if table not in _LEFT_OUT
        ]
        cursor.execute(f"TRUNCATE {_names(made)}")  # migrations may have made rows of their own
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # migrations had them checked at once
        for table in set(made) & set(columns):
            _load(archive, table, columns[table])
        for table in made:
            for row in connection.introspection.get_sequences(cursor, table):
                cursor.execute(_next_number(table, row["column"]))


def _latest(applied: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The migrations that nothing else of these stands on."""
    graph, known = MigrationExecutor(connection).loader.graph, set(applied)
    return [
        key
        for key in applied
        if not any(child.key in known for child in graph.node_map[key].children)
    ]


def _load(archive: ZipFile, table: str, columns: Sequence[str]) -> None:
    with (
        connection.wrap_database_errors,  # a copy's own errors come past Django's
        connection.cursor() as cursor,
        archive.open(f"{FOLDER}{table}.copy") as source,
        cursor.copy(f"COPY {_name(table)} ({_names(columns)}) FROM STDIN") as target,
    ):
        while part := source.read(CHUNK):
            target.write(part)


def _next_number(table: str, column: str) -> str:
    place = f"pg_get_serial_sequence('{_name(table)}', '{column}')"
    highest = f"(SELECT max({_name(column)}) FROM {_name(table)})"  # noqa: S608  our own names
    return f"SELECT setval({place}, coalesce({highest}, 1), {highest} IS NOT NULL)"


def _name(text: str) -> str:
    return connection.ops.quote_name(text)


def _names(texts: Sequence[str]) -> str:
    return ", ".join(_name(text) for text in texts)
