"""When something is due: timetables in a time zone, and what becomes of times that were missed.

Pure: the moment and the zone come in as arguments. Moments are Unix times in seconds.
"""

from runtime.sdk.schedules.missed import Due, Missed, due
from runtime.sdk.schedules.schedule import Schedule
from runtime.sdk.schedules.timetable import BadTimetableError, Timetable, explain_line, read_line
from runtime.sdk.schedules.zones import UTC_NAME, known_zones, suggest_zone, zone_named

__all__ = [
    "UTC_NAME",
    "BadTimetableError",
    "Due",
    "Missed",
    "Schedule",
    "Timetable",
    "due",
    "explain_line",
    "known_zones",
    "read_line",
    "suggest_zone",
    "zone_named",
]
