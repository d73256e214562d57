"""Opens engine connections from Django's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.store.dialect import Connection
from runtime.store.postgresql import PostgresConnection
from runtime.store.sqlite import SqliteConnection


def connect(settings: Mapping[str, Any], patience: float | None = None) -> Connection:
    """A fresh session; `settings` is one entry of Django's DATABASES.

    `patience` is how many seconds a statement may take, for sessions somebody waits for; SQLite
    has a limit of its own.
    """
    if "postgresql" in str(settings["ENGINE"]):
        return PostgresConnection(settings, patience)
    return SqliteConnection(settings)


def default_settings() -> Mapping[str, Any]:
    """The entry of the default database, as Django uses it (also inside tests)."""
    from django.db import connections

    settings: Mapping[str, Any] = connections["default"].settings_dict
    return settings
