"""Accepts calls, many in one commit, each only if its address still leads where it led."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.ingress.routing import FoundRoute, read_rows
from runtime.services.announce import announce
from runtime.store.accept import Accepted, NewRun, accept
from runtime.store.dialect import Connection


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was read and checked against a route, and the run it asks for."""

    route: FoundRoute
    run: NewRun


def accept_calls(db: Connection, calls: Sequence[Call]) -> list[Accepted | None]:
    """One answer for each call; None where the route has changed since it was read."""
    standing = set(read_rows(db, {call.route.path for call in calls}))
    good = [call.run for call in calls if call.route.row in standing]
    answers = iter(accept(db, good) if good else ())
    answered = [next(answers) if call.route.row in standing else None for call in calls]
    announce([answer.run_id for answer in answered if answer is not None and answer.fresh])
    return answered
