"""What every search gives, whoever was asked."""

from __future__ import annotations

import html
import re
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime

from runtime.sdk import Json

LONGEST_SNIPPET = 2_000
LONGEST_TITLE = 500
LONGEST_URL = 2_000
_TAG = re.compile(r"<[^<>]{0,500}>")
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Found:
    """One result. `date` is a year, a month or a day (ISO 8601), or empty; `source` says whose."""

    title: str
    url: str
    snippet: str = ""
    date: str = ""
    source: str = ""

    def plain(self) -> dict[str, Json]:
        """As an item."""
        return asdict(self)


def found(
    title: object, url: object, snippet: object, date: object, source: object
) -> Found | None:
    """A result of what a service says; None without an address that can be opened."""
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        return None
    if len(url) > LONGEST_URL:
        return None
    return Found(
        words(title, LONGEST_TITLE) or url,
        url,
        words(snippet, LONGEST_SNIPPET),
        day_of(date),
        words(source, LONGEST_TITLE),
    )


def words(text: object, most: int) -> str:
    """Text without tags and runs of blanks, cut at a length."""
    if isinstance(text, list):
        text = text[0] if text else ""
    if not isinstance(text, str):
        return ""
    plain = html.unescape(_TAG.sub(" ", text[: 4 * most])).replace("\0", "")
    joined = " ".join(plain.split())
    return joined if len(joined) <= most else f"{joined[:most].rstrip()} …"


def day_of(date: object) -> str:
    """A date as it is written in many ways, as far as it says."""
    if isinstance(date, list):  # of parts, as Crossref has it
        parts = [part for part in date if isinstance(part, int)][:3]
        return "-".join(
            f"{part:04d}" if at == 0 else f"{part:02d}" for at, part in enumerate(parts)
        )
    if not isinstance(date, str):
        return ""
    if match := _DAY.match(date):
        return match[0]
    try:
        return parsedate_to_datetime(date).date().isoformat()
    except (ValueError, TypeError, OverflowError):
        return ""
