"""Short-lived engine connections for services; one is kept per thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from runtime.store.connect import connect, default_settings
from runtime.store.dialect import Connection, DatabaseDownError

_kept = threading.local()
PATIENCE_SECONDS = 4.0  # somebody waits for what a service does


@contextmanager
def engine_connection() -> Iterator[Connection]:
    """The thread's connection to the default database; thrown away after trouble."""
    settings = default_settings()
    place = (settings["ENGINE"], settings["NAME"], settings.get("HOST"), settings.get("PORT"))
    known: tuple[object, Connection] | None = getattr(_kept, "connection", None)
    if known is None or known[0] != place:
        known = (place, connect(settings, PATIENCE_SECONDS))
        _kept.connection = known
    try:
        yield known[1]
    except DatabaseDownError:
        close_engine_connection()
        raise


def close_engine_connection() -> None:
    """Close this thread's connection, if it has one."""
    known: tuple[object, Connection] | None = getattr(_kept, "connection", None)
    _kept.connection = None
    if known is not None:
        with suppress(Exception):
            known[1].close()
