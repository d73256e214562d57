"""What a trigger that starts by the clock asks for, in a form that does not need the trigger."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.sdk.schedules.missed import Missed
from runtime.sdk.schedules.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Schedule:
    """`zone` is a name, empty for the server's own; `words` say the timetable to a person."""

    timetable: Timetable
    zone: str
    missed: Missed
    words: str
