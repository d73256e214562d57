"""When settings that are not saved yet would start a flow, for the form and the card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from runtime.registry import registry
from runtime.sdk.schedules import zone_named
from runtime.services.schedules import database_now, zone_of
from runtime.services.spoken import spoken

HOW_MANY = 5


@dataclass(frozen=True, slots=True)
class NextTimes:
    """The next times, or the problem that keeps them from coming and what to do about it."""

    words: str = ""
    zone: str = ""
    times: list[datetime] = field(default_factory=list)
    problem: str | None = None
    fix: str | None = None


def next_times(type_name: str, params: Mapping[str, Any], count: int = HOW_MANY) -> NextTimes:
    """Return what the trigger's settings come to; nothing where it does not go by the clock."""
    node_type = registry().get(type_name)
    if node_type is None or node_type.trigger is None:
        return NextTimes()
    try:
        checked = node_type.Params.model_validate(params)
    except ValidationError as error:
        return NextTimes(problem=str(error.errors()[0]["msg"]), fix=_("Change this setting."))
    for _field, sentence, *fix in node_type.check(checked):
        return NextTimes(
            problem=spoken(sentence), fix=spoken(fix[0]) if fix else _("Change this setting.")
        )
    schedule = node_type.schedule(checked)
    if schedule is None:
        return NextTimes()
    zone = zone_named(zone_of(schedule)) or UTC
    found = schedule.timetable.first(count, after=database_now(), zone=zone)
    times = [datetime.fromtimestamp(at, zone) for at in found]
    return NextTimes(spoken(schedule.words), zone_of(schedule), times)
