"""SQL for steps, on a real PostgreSQL: bound values, nothing written by reading, guarded hosts."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest

from runtime.network.databases import GuardedDatabases
from runtime.network.guard import INTERNAL_HOSTS
from runtime.network.statement import numbered
from runtime.sdk import ErrorClass, NodeError
from runtime.sdk.context import SqlAnswer
from runtime.services.credentials import CredentialRefusedError, save_credential
from runtime.services.test_credential import test_credential as try_credential
from runtime.testing import QuietWorld
from tests.support.one_step import run_node
from tests.support.people import Place, make_place

HOSTILE = json.loads((Path(__file__).parents[1] / "data/xss_and_names.json").read_text())
SECRET = "canary-of-the-database"


@pytest.fixture
def place(transactional_db: None) -> Place:
    """A workspace."""
    return make_place("home")


@pytest.fixture
def database(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """Somebody's database with a table, and a way past the guard to this machine."""
    monkeypatch.setenv(INTERNAL_HOSTS, "127.0.0.1,localhost")
    with psycopg.connect(postgres_url, autocommit=True) as session:
        session.execute("CREATE TABLE orders (id int PRIMARY KEY, word text, total numeric)")
        session.execute("INSERT INTO orders VALUES (1, 'one', 1.5), (2, 'two', 2)")
        yield session


@pytest.fixture
def ask(place: Place, database: psycopg.Connection, postgres_url: str) -> Any:
    """Asks it, as a step does."""
    databases = GuardedDatabases(str(place.workspace.id))
    credential = connection(place, postgres_url)

    def query(statement: str, values: Mapping[str, Any] | None = None, **how: Any) -> SqlAnswer:
        return asyncio.run(databases.query(credential, statement, values or {}, **how))

    return query


def connection(place: Place, url: str, **other: str) -> str:
    """A connection to it; its id."""
    parts = urlsplit(url)
    secret = {
        "host": parts.hostname or "127.0.0.1",
        "port": str(parts.port or 5432),
        "database": parts.path.lstrip("/"),
        "username": parts.username or "postgres",
        "password": parts.password or SECRET,
        "encryption": "disable",
    }
    made = save_credential(
        workspace_id=place.workspace.id,
        name="Shop's database",
        type_name="sql.postgresql",
        secret={**secret, **other},
        allowed_hosts=[],
    )
    return str(made.id)


@pytest.mark.parametrize(
    ("statement", "wanted", "order"),
    [
        ("a = :x AND b = :y OR c = :x", "a = $1 AND b = $2 OR c = $1", "xy"),
        ("':x' || :y::text", "':x' || $1::text", "y"),
        ("'it''s :x' || :y", "'it''s :x' || $1", "y"),
        (r"E'\' :x' || :y", r"E'\' :x' || $1", "y"),
        ('":x" = :y -- :x\n, :x', '":x" = $1 -- :x\n, $2', "yx"),
        ("/* :x */ :y $a$ :x $a$ $$ :x $$", "/* :x */ $1 $a$ :x $a$ $$ :x $$", "y"),
        ("'never ends :x", "'never ends :x", ""),
    ],
)
def test_names_become_numbers_where_they_stand_for_values(
    statement: str, wanted: str, order: str
) -> None:
    assert numbered(statement, {"x": 1, "y": 2}) == (wanted, [{"x": 1, "y": 2}[n] for n in order])


def test_rows_come_as_plain_data(ask: Any) -> None:
    statement = (
        "SELECT id, total, :at::timestamptz AS at, ARRAY[1, NULL] AS list, "
        ":data::jsonb AS data, 'NaN'::float8 AS odd, '\\x00ff'::bytea AS bytes, "
        "12345678901234567890.5::numeric AS exact FROM orders ORDER BY id"
    )
    answer = ask(statement, {"at": "2026-01-02T03:04:05Z", "data": {"a": [1]}}, most_rows=1)
    assert (answer.count, answer.more) == (1, True)
    row = dict(answer.rows[0])
    assert str(row.pop("at")).startswith("2026-01-0")
    assert row == {
        "id": 1,
        "total": 1.5,
        "list": [1, None],
        "data": {"a": [1]},
        "odd": "nan",
        "bytes": "AP8=",
        "exact": "12345678901234567890.5",
    }


def test_data_never_becomes_part_of_the_statement(ask: Any, database: psycopg.Connection) -> None:
    attacks = ["'; DROP TABLE orders; --", "' OR '1'='1", "$1", ":word", "%s", "\\", "one'--"]
    hostile = [t for t in _texts(HOSTILE) if "\0" not in t and t.isprintable()][::15]
    for text in [*attacks, *hostile]:
        assert ask("SELECT * FROM orders WHERE word = :word", {"word": text}).rows == []
        assert ask("SELECT :word::text AS same", {"word": text}).rows == [{"same": text}]
    assert database.execute("SELECT count(*) FROM orders").fetchone() == (2,)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM orders RETURNING id", "only reads"),
        ("WITH gone AS (DELETE FROM orders RETURNING id) SELECT * FROM gone", "only reads"),
        ("SELECT 1; DELETE FROM orders", "multiple commands"),
        ("SELECT set_config('transaction_read_only', 'off', false)", "must be set before"),
        ("SELECT pg_sleep(30)", "did not answer in time"),
        ("SELECT * FROM nowhere", "The database says"),
        ("SELECT :nothing", "no value of this name"),
    ],
)
def test_what_only_reads_changes_nothing(
    ask: Any, database: psycopg.Connection, statement: str, said: str
) -> None:
    with pytest.raises(NodeError, match=said):
        ask(statement, timeout_seconds=1)
    assert database.execute("SELECT count(*) FROM orders").fetchone() == (2,)


def test_what_writes_is_one_transaction(ask: Any, database: psycopg.Connection) -> None:
    told = ask("UPDATE orders SET total = :t RETURNING id", {"t": "9.25"}, write=True)
    assert (told.count, [row["id"] for row in told.rows]) == (2, [1, 2])
    assert ask("DELETE FROM orders WHERE id = :id", {"id": 1}, write=True).count == 1
    for wrong in ("INSERT INTO orders VALUES (3), (2)", "DELETE FROM orders; SELECT 1"):
        with pytest.raises(NodeError, match="The database says") as raised:
            ask(wrong, write=True)
        assert raised.value.retryable is False
    rows = database.execute("SELECT id, total::text FROM orders").fetchall()
    assert rows == [(2, "9.25")]


def test_a_session_cut_off_before_its_commit_has_changed_nothing(
    ask: Any, database: psycopg.Connection
) -> None:
    with pytest.raises(NodeError, match="Nothing was changed") as raised:
        ask("DELETE FROM orders WHERE pg_terminate_backend(pg_backend_pid())", write=True)
    assert raised.value.error_class is ErrorClass.NETWORK
    assert database.execute("SELECT count(*) FROM orders").fetchone() == (2,)


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("10.0.0.5", "not an address on the public internet"),
        ("169.254.169.254", "not an address on the public internet"),
        ("db", "not an address on the public internet"),
        ("0x7f.1", "not a usual IP address"),
        ("inner.example.com", "not an address on the public internet"),  # leads to 127.0.0.1
        ("::1", "takes host names only"),
        ("/var/run/postgresql", "takes host names only"),
        ("a.example.com,127.0.0.1", "takes host names only"),
    ],
)
def test_hosts_inside_are_not_reached(
    place: Place, postgres_url: str, host: str, said: str
) -> None:
    async def lookup(name: str, port: int) -> list[str]:
        return ["93.184.216.34", "127.0.0.1"]

    databases = GuardedDatabases(str(place.workspace.id), lookup=lookup)
    with pytest.raises((NodeError, CredentialRefusedError), match=said):
        asyncio.run(databases.query(connection(place, postgres_url, host=host), "SELECT 1", {}))


def test_a_connection_belongs_to_its_workspace_its_kind_and_its_host(
    place: Place, database: psycopg.Connection, postgres_url: str
) -> None:
    credential = connection(place, postgres_url)
    other = make_place("elsewhere")
    for workspace, asked, said in (
        (other, credential, "is gone"),
        (place, str(place.credential.id), "of another kind"),
        (place, "nonsense", "is gone"),
    ):
        databases = GuardedDatabases(str(workspace.workspace.id))
        with pytest.raises(NodeError, match=said):
            asyncio.run(databases.query(asked, "SELECT 1", {}))
    save_credential(
        workspace_id=place.workspace.id,
        name="Shop's database",
        type_name="sql.postgresql",
        secret={"host": "localhost"},
        allowed_hosts=["127.0.0.1"],
        credential_id=UUID(credential),
    )
    with pytest.raises(NodeError, match="may not be sent to localhost"):
        asyncio.run(GuardedDatabases(str(place.workspace.id)).query(credential, "SELECT 1", {}))


def test_the_button_of_the_connection_asks_the_database(
    place: Place, database: psycopg.Connection, postgres_url: str
) -> None:
    good = UUID(connection(place, postgres_url))
    assert try_credential(place.workspace.id, good).ok


def test_a_step_asks_and_another_writes(
    place: Place, database: psycopg.Connection, postgres_url: str
) -> None:
    credential = connection(place, postgres_url)
    world = QuietWorld(databases=GuardedDatabases(str(place.workspace.id)))
    written, told = run_node(
        "network.sql_write",
        {
            "credential": credential,
            "statement": "INSERT INTO orders VALUES (:id, :word) RETURNING word",
            "values": [
                {"name": "id", "value": "{{ input.id }}"},
                {"name": "word", "value": "{{ input.word }} ; --"},
            ],
        },
        [{"id": 7, "word": "x'"}],
        world=world,
    )
    assert (written.status, told["out"]) == (
        "succeeded",
        [{"count": 1, "rows": [{"word": "x' ; --"}]}],
    )
    read, found = run_node(
        "network.sql",
        {
            "credential": credential,
            "statement": "SELECT id FROM orders WHERE id > :least ORDER BY id",
            "values": [{"name": "least", "value": "{{ input }}"}],
        },
        [1],
        world=world,
    )
    assert (read.status, found["out"]) == ("succeeded", [{"id": 2}, {"id": 7}])
