"""Time zones by the names people know: a region and a city."""

from __future__ import annotations

from datetime import UTC, tzinfo
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

UTC_NAME = "UTC"
_REGIONS = (
    "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/",
    "Indian/", "Pacific/",
)  # fmt: skip


@lru_cache(maxsize=600)
def zone_named(name: str) -> tzinfo | None:
    """The zone of a name, or None where nobody knows it. UTC needs no data of the system's."""
    if name in ("", UTC_NAME):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=1)
def known_zones() -> tuple[str, ...]:
    """All names that say a place, and UTC."""
    return (UTC_NAME, *sorted(n for n in available_timezones() if n.startswith(_REGIONS)))


def suggest_zone(name: str) -> str | None:
    """The known name that is most like this one; a city alone is enough."""
    wanted = name.strip().replace(" ", "_").lower()
    by_place = {zone.lower(): zone for zone in known_zones()}
    by_place |= {zone.rpartition("/")[2].lower(): zone for zone in known_zones()}
    close = get_close_matches(wanted, by_place, n=1, cutoff=0.7)
    return by_place[close[0]] if close else None
