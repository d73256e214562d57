"""Identifiers: uuid7, made by whoever accepts, so that rows sort by the time they were accepted."""

from uuid import UUID

from uuid6 import uuid7 as _uuid7


def uuid7() -> UUID:
    """A fresh time-ordered id (RFC 9562, version 7)."""
    return UUID(int=_uuid7().int)
