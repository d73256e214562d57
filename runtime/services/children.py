"""The ends of runs that others wait for reach whoever called them.

Every worker looks now and then, and at once when a run of its own ends: a message that is lost only
delays.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from runtime.services.resolve_wait import resolve
from runtime.store.children import ended_children
from runtime.store.dialect import Connection


def answer_callers(db: Connection, ended: Sequence[UUID] | None = None) -> list[UUID]:
    """Tell callers of these runs (of all) that they are over; returns the callers' runs."""
    found = ended_children(db, ended)
    return [e.caller for e in found if resolve(db, e.caller, e.wait, e.outcome)]
