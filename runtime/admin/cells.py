"""Small pieces of table cells, drawn with unfold's own templates."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from runtime.sdk.schedules import zone_named

# Colours of unfold's labels for every state of runs, steps and tries.
COLORS: Mapping[str, str] = {
    "queued": "info",
    "pending": "default",
    "running": "info",
    "waiting": "warning",
    "succeeded": "success",
    "failed": "danger",
    "timed_out": "danger",
    "lost": "warning",
    "skipped": "default",
    "cancelled": "default",
    "debug": "default",
    "info": "info",
    "warning": "warning",
    "error": "danger",
}


# Colours of what counts and of what was only a test.
MODES: Mapping[str, str] = {"live": "primary", "test": "default"}


# The canvas's words (frontend/src/i18n): a run is called the same on both.
WORDS: Mapping[str, Any] = {
    "queued": _lazy("In the queue"),
    "pending": _lazy("Not yet"),
    "running": _lazy("Running"),
    "waiting": _lazy("Waiting"),
    "succeeded": _lazy("Done"),
    "failed": _lazy("Failed"),
    "timed_out": _lazy("Took too long"),
    "lost": _lazy("Not known"),
    "skipped": _lazy("Skipped"),
    "cancelled": _lazy("Stopped"),
}


def state_words(state: str) -> str:
    """Return what a run, step or try did, in words."""
    return str(WORDS.get(state, state))


def badge(state: str, text: Any) -> SafeString:
    """Return a label in the colour of a state."""
    return label(text, COLORS.get(state, "default"))


def label(text: Any, variant: str) -> SafeString:
    """Return a coloured label."""
    return render_to_string("unfold/helpers/label.html", {"text": text, "variant": variant})


def link(url: str, text: Any) -> SafeString:
    """Return a link in the colour of links."""
    return format_html(
        '<a href="{}" class="font-medium text-primary-600 dark:text-primary-500">{}</a>', url, text
    )


def subtle(text: Any) -> SafeString:
    """Return text in the colour of what matters less."""
    return format_html('<span class="text-subtle">{}</span>', text)


def duration(start: datetime | None, end: datetime | None) -> str:
    """Return how long something took, for people: 40 ms, 1.4 s, 12 s, 3 min 20 s, 2 h 5 min.

    Numbers and units stay on one line.
    """
    return _duration(start, end).replace(" ", "\u00a0")


def _duration(start: datetime | None, end: datetime | None) -> str:
    if start is None:
        return "–"
    seconds = max(((end or timezone.now()) - start).total_seconds(), 0)
    if seconds < 1:
        return _("%d ms") % round(seconds * 1000)
    if seconds < 10:
        return _("%.1f s") % seconds
    if seconds < 60:
        return _("%d s") % seconds
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
    return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}


def moment(at: datetime | None) -> str:
    """Return a moment: the time alone for today, with the date otherwise."""
    if at is None:
        return "–"
    local = timezone.localtime(at)
    today = local.date() == timezone.localdate()
    return date_format(local, "H:i:s" if today else _("j M Y, H:i"))


def moment_in(at: datetime | None, zone: str) -> str:
    """Return a moment by the clock of a place, with its day of the week."""
    if at is None:
        return "–"
    return date_format(at.astimezone(zone_named(zone) or UTC), _("D j M Y, H:i"))
