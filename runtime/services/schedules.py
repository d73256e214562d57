"""The times at which live flows start by themselves: kept in step with what is published."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from runtime.graph.document import Document, NodeSpec
from runtime.graph.plan import migrated_params
from runtime.models import Schedule
from runtime.registry import registry
from runtime.sdk.schedules import Schedule as Wanted
from runtime.sdk.schedules import Timetable, zone_named
from runtime.services.limits import stored_limits
from runtime.services.spoken import spoken
from runtime.store.schedules import dump_timetable, load_timetable

CLOCK_AHEAD_SECONDS = 2 * 86_400.0  # the most a last time may lie ahead and still be believed


@dataclass(frozen=True, slots=True)
class Upcoming:
    """When a flow starts next, for lists. `next_at` is None while it is off or never comes."""

    words: str
    zone: str
    next_at: datetime | None
    note: str


def set_schedules(
    *,
    flow_id: UUID,
    workspace_id: UUID,
    document: Document,
    snapshot_id: UUID,
    version: int | None,
    live: bool,
) -> None:
    """Make the flow's schedules exactly those of the document that was just published.

    A schedule that says the same as before keeps its next time: publishing neither repeats a time
    nor loses one that is due at this moment. One that changed goes on after the last time dealt
    with; what was due already is still started.
    """
    wanted = {spec.id: (spec, schedule) for spec, schedule in scheduled(document)}
    with transaction.atomic():
        rows = Schedule.objects.select_for_update().filter(flow_id=flow_id)
        before = {row.node_id: row for row in rows}
        now = database_now()
        for node_id, row in before.items():
            if node_id not in wanted:
                row.delete()
        for node_id, (spec, schedule) in wanted.items():
            old = before.get(node_id)
            row = old or Schedule(flow_id=flow_id, node_id=node_id)
            next_at = _next(old, schedule, now, live=live)
            row.workspace_id, row.node, row.words = workspace_id, spec.key, schedule.words[:300]
            row.snapshot_id, row.version, row.live = snapshot_id, version, live
            row.timetable, row.zone = dump_timetable(schedule.timetable), zone_of(schedule)
            row.missed, row.next_at = schedule.missed.value, next_at
            row.settings = json.dumps(_settings(document))
            row.save()


def scheduled(document: Document) -> Iterable[tuple[NodeSpec, Wanted]]:
    """The triggers of a document that start by the clock, with what they ask for."""
    types = registry()
    for spec in document.nodes:
        node_type = types.get(spec.type)
        if node_type is None or node_type.trigger is None or spec.disabled:
            continue
        params = node_type.Params
        schedule = node_type.schedule(params.model_validate(migrated_params(spec, node_type)))
        if schedule is not None:
            yield spec, schedule


def zone_of(schedule: Wanted) -> str:
    """The zone whose clock counts: the schedule's own, or this server's."""
    return schedule.zone or settings.TIME_ZONE


def _next(old: Schedule | None, new: Wanted, now: float, *, live: bool) -> datetime | None:
    if old is not None and old.live and live and not _from_the_future(old, now):
        same = old.timetable == dump_timetable(new.timetable) and old.zone == zone_of(new)
        promised = old.next_at is not None and old.next_at.timestamp() <= now
        if same or promised:
            return old.next_at
    return _after(new.timetable, zone_of(new), now, old)


def _from_the_future(row: Schedule, now: float) -> bool:
    """Whether it was moved on by a clock that was days ahead: then it would sleep for as long."""
    return row.last_at is not None and row.last_at.timestamp() > now + CLOCK_AHEAD_SECONDS


def _after(timetable: Timetable, zone: str, now: float, old: Schedule | None) -> datetime | None:
    """The next time from now on that was not dealt with before, even if the clock was put back."""
    begin = now
    if old is not None and old.last_at is not None and not _from_the_future(old, now):
        begin = max(now, old.last_at.timestamp())
    following = timetable.after(begin, zone_named(zone) or UTC)
    return datetime.fromtimestamp(following, UTC) if following is not None else None


def _settings(document: Document) -> dict[str, Any]:
    return {
        "deadline_seconds": document.settings.deadline_seconds,
        "limits": stored_limits(document.settings),
    }


def switch_schedules(flow_id: UUID, *, live: bool) -> None:
    """Let them start or not. The time in which a flow is switched off does not count as missed."""
    with transaction.atomic():
        for row in Schedule.objects.select_for_update().filter(flow_id=flow_id):
            if live and not row.live:
                timetable = load_timetable(row.timetable)
                row.next_at = _after(timetable, row.zone, database_now(), row)
                row.note = ""
            row.live = live
            row.save(update_fields=["live", "next_at", "note"])


def drop_schedules(flow_id: UUID) -> None:
    """Take all schedules of a flow away."""
    Schedule.objects.filter(flow_id=flow_id).delete()


def upcoming_of(flow_ids: Sequence[UUID]) -> Mapping[UUID, list[Upcoming]]:
    """Return the schedules of flows, the next one first."""
    found: dict[UUID, list[Upcoming]] = {}
    for row in Schedule.objects.filter(flow_id__in=flow_ids).order_by("next_at", "id"):
        next_at = row.next_at if row.live else None
        found.setdefault(row.flow_id, []).append(
            Upcoming(spoken(row.words), row.zone, next_at, spoken(row.note))
        )
    return found


def upcoming_in(workspace_id: UUID, count: int) -> list[tuple[UUID, Upcoming]]:
    """Return what starts next in a workspace, with the flows it starts."""
    rows = Schedule.objects.filter(workspace_id=workspace_id, live=True, next_at__isnull=False)
    return [
        (row.flow_id, Upcoming(spoken(row.words), row.zone, row.next_at, spoken(row.note)))
        for row in rows.order_by("next_at", "id")[:count]
    ]


def database_now() -> float:
    """Return the moment by the clock the workers go by."""
    if connection.vendor != "postgresql":
        return time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(cursor.fetchone()[0])
