"""How long a page or an API call waits for PostgreSQL, whose processes may hang with the line open.

Only the web server's sessions are limited: a migration may take as long as it needs.
"""

from functools import partial
from typing import Any

import psycopg
from django.db.backends.signals import connection_created
from psycopg.abc import RV, PQGen

from runtime.store.postgresql import LINE, answered_or_ended

OPTIONS = LINE  # of each session, the web server's or not
PATIENCE_SECONDS = 15.0  # for one statement; a new session must be had in less


def be_patient_only_so_long() -> None:
    """From now on, in this process."""
    connection_created.connect(_limit, dispatch_uid="runtime.services.web_patience")


def _limit(connection: Any, **_: object) -> None:
    session = connection.connection
    if isinstance(session, psycopg.Connection):
        session.wait = partial(_wait, session)  # type: ignore[method-assign]
        session.execute(f"SET statement_timeout = {int(PATIENCE_SECONDS * 800)}")


def _wait(
    session: psycopg.Connection[Any],
    gen: PQGen[RV],
    interval: float = 0.1,
    timeout: float | None = None,
) -> RV:
    limit = PATIENCE_SECONDS if timeout is None else timeout
    with answered_or_ended(session):
        return psycopg.Connection.wait(session, gen, interval, limit)
