"""The filters of templates: about twenty-five, each bounded in what it may produce."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from runtime.expressions.errors import ExpressionError
from runtime.sdk.items import Json
from runtime.sdk.values import as_text, compact_json, kind_of, moment, number_of

MAX_TEXT = 1_000_000  # characters a filter may make
Filter = Callable[[Json, Sequence[Json]], Json]


@dataclass(frozen=True, slots=True)
class FilterSpec:
    """A filter with what the picker shows of it."""

    name: str
    apply: Filter
    help: str
    example: str
    least: int
    most: int

    def check_arity(self, count: int) -> None:
        """Raise ExpressionError unless the filter takes this many arguments."""
        if not self.least <= count <= self.most:
            raise ExpressionError(
                f"The filter “{self.name}” takes {self.least} to {self.most} values after the "
                f"colon; {count} are given.",
                fix=f"For example: {self.example}",
            )


FILTERS: dict[str, FilterSpec] = {}


def _filter(help: str, example: str, least: int = 0, most: int = 0) -> Callable[[Filter], Filter]:
    def register(function: Filter) -> Filter:
        name = function.__name__.strip("_")
        FILTERS[name] = FilterSpec(name, function, help, example, least, most)
        return function

    return register


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ExpressionError("The inserted text would be longer than a million characters.")
    return text


def _list(value: Json, name: str) -> list[Json]:
    if isinstance(value, list):
        return value
    raise ExpressionError(f"The filter “{name}” needs a list, and got {kind_of(value)}.")


@_filter("All letters large", "{{ order.city | upper }}")
def upper(value: Json, args: Sequence[Json]) -> Json:
    return as_text(value).upper()


@_filter("All letters small", "{{ order.city | lower }}")
def lower(value: Json, args: Sequence[Json]) -> Json:
    return as_text(value).lower()


@_filter("First letter of each word large", "{{ order.city | title }}")
def title(value: Json, args: Sequence[Json]) -> Json:
    return as_text(value).title()


@_filter("Without spaces at both ends", "{{ input.name | trim }}")
def trim(value: Json, args: Sequence[Json]) -> Json:
    return as_text(value).strip()


@_filter("How many characters or entries", "{{ order.lines | length }}")
def length(value: Json, args: Sequence[Json]) -> Json:
    return len(value) if isinstance(value, (list, dict, str)) else len(as_text(value))


@_filter("The first entry", "{{ order.lines | first }}")
def first(value: Json, args: Sequence[Json]) -> Json:
    entries = _list(value, "first")
    return entries[0] if entries else None


@_filter("The last entry", "{{ order.lines | last }}")
def last(value: Json, args: Sequence[Json]) -> Json:
    entries = _list(value, "last")
    return entries[-1] if entries else None


@_filter("Entries joined to one text", '{{ order.tags | join:", " }}', most=1)
def join(value: Json, args: Sequence[Json]) -> Json:
    separator = as_text(args[0]) if args else ", "
    entries = _list(value, "join")
    if len(separator) * len(entries) > MAX_TEXT:
        raise ExpressionError("The inserted text would be longer than a million characters.")
    return _bounded(separator.join(as_text(entry) for entry in entries))


@_filter("Text cut at a separator", '{{ input.tags | split:"," }}', most=1)
def split(value: Json, args: Sequence[Json]) -> Json:
    separator = as_text(args[0]) if args else ","
    text = as_text(value)
    return [*text.split(separator)] if separator else [*text.split()]


@_filter("One text put in place of another", '{{ input.name | replace:"-"," " }}', 2, 2)
def replace(value: Json, args: Sequence[Json]) -> Json:
    text, old, new = as_text(value), as_text(args[0]), as_text(args[1])
    if not old:
        return text
    if len(text) + text.count(old) * max(0, len(new) - len(old)) > MAX_TEXT:
        raise ExpressionError("The inserted text would be longer than a million characters.")
    return text.replace(old, new)


@_filter("Another value where this one is empty", '{{ input.name | default:"friend" }}', 1, 1)
def default(value: Json, args: Sequence[Json]) -> Json:
    return args[0] if value is None or value in ("", [], {}) else value


@_filter("As JSON text", "{{ order | json }}")
def json_(value: Json, args: Sequence[Json]) -> Json:
    return _bounded(compact_json(value))


@_filter("JSON text read into data", "{{ input.text | from_json }}")
def from_json(value: Json, args: Sequence[Json]) -> Json:
    if not isinstance(value, str):
        return value
    try:
        parsed: Json = json.loads(value, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ExpressionError("The text is not valid JSON.") from None
    return parsed


def _no_constant(name: str) -> Json:
    raise ValueError(name)


@_filter("As a number", "{{ input.amount | number }}")
def number(value: Json, args: Sequence[Json]) -> Json:
    return number_of(value, "number")


@_filter("As a whole number, cut off", "{{ input.amount | integer }}")
def integer(value: Json, args: Sequence[Json]) -> Json:
    return int(number_of(value, "integer"))


@_filter("Rounded to so many places", "{{ input.amount | round:2 }}", most=1)
def round_(value: Json, args: Sequence[Json]) -> Json:
    places = int(number_of(args[0], "round")) if args else 0
    result = round(number_of(value, "round"), max(-15, min(15, places)))
    return int(result) if places <= 0 else result


@_filter("As text", "{{ input.amount | text }}")
def text(value: Json, args: Sequence[Json]) -> Json:
    return _bounded(as_text(value))


@_filter("A date in the form you like", '{{ now | date:"%d.%m.%Y" }}', most=1)
def date(value: Json, args: Sequence[Json]) -> Json:
    pattern = as_text(args[0]) if args else "%Y-%m-%d"
    if len(pattern) > 100:
        raise ExpressionError("The form of the date is too long.")
    try:
        return moment(value).strftime(pattern)
    except ValueError:
        raise ExpressionError(f"“{pattern}” is not a form a date can have.") from None


_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}


@_filter("A date moved by so much", '{{ now | date_add:3,"days" }}', 1, 2)
def date_add(value: Json, args: Sequence[Json]) -> Json:
    unit = as_text(args[1]) if len(args) > 1 else "days"
    if unit not in _UNITS:
        raise ExpressionError(
            f"“{unit}” is not a unit of time.", fix="Use " + ", ".join(_UNITS) + "."
        )
    try:
        moved = moment(value) + timedelta(seconds=number_of(args[0], "date_add") * _UNITS[unit])
    except OverflowError:
        raise ExpressionError("The date would be out of range.") from None
    return moved.isoformat()


@_filter("The names in an object", "{{ order | keys }}")
def keys(value: Json, args: Sequence[Json]) -> Json:
    return list(value) if isinstance(value, dict) else []


@_filter("The values in an object", "{{ order | values }}")
def values(value: Json, args: Sequence[Json]) -> Json:
    return list(value.values()) if isinstance(value, dict) else _list(value, "values")


@_filter("One field of every entry", '{{ order.lines | map:"sku" }}', 1, 1)
def map_(value: Json, args: Sequence[Json]) -> Json:
    name = as_text(args[0])
    return [e.get(name) if isinstance(e, dict) else None for e in _list(value, "map")]


@_filter("In order, by a field if given", '{{ order.lines | sort:"price" }}', most=1)
def sort(value: Json, args: Sequence[Json]) -> Json:
    name = as_text(args[0]) if args else None

    def rank(entry: Json) -> tuple[int, float, str]:
        key = entry.get(name) if name and isinstance(entry, dict) else entry
        if isinstance(key, (int, float)) and not isinstance(key, bool):
            return (0, float(key), "")
        return (1, 0.0, as_text(key)) if key is not None else (2, 0.0, "")

    return sorted(_list(value, "sort"), key=rank)


@_filter("Every entry only once", "{{ order.tags | unique }}")
def unique(value: Json, args: Sequence[Json]) -> Json:
    seen: dict[str, Json] = {}
    for entry in _list(value, "unique"):
        seen.setdefault(compact_json(entry), entry)
    return list(seen.values())


@_filter("From the last to the first", "{{ order.lines | reverse }}")
def reverse(value: Json, args: Sequence[Json]) -> Json:
    return value[::-1] if isinstance(value, str) else _list(value, "reverse")[::-1]


@_filter("A part, from and up to", "{{ order.lines | slice:0,3 }}", 1, 2)
def slice_(value: Json, args: Sequence[Json]) -> Json:
    start = int(number_of(args[0], "slice"))
    stop = int(number_of(args[1], "slice")) if len(args) > 1 else None
    return value[start:stop] if isinstance(value, str) else _list(value, "slice")[start:stop]


@_filter("Not longer than so many characters", "{{ input.text | truncate:80 }}", 1, 1)
def truncate(value: Json, args: Sequence[Json]) -> Json:
    text, limit = as_text(value), max(1, int(number_of(args[0], "truncate")))
    return text if len(text) <= limit else text[: limit - 1] + "…"


@_filter("All numbers added up", "{{ order.prices | sum }}")
def sum_(value: Json, args: Sequence[Json]) -> Json:
    return sum(number_of(entry, "sum") for entry in _list(value, "sum"))


@_filter("The smallest number", "{{ order.prices | min }}")
def min_(value: Json, args: Sequence[Json]) -> Json:
    return min((number_of(entry, "min") for entry in _list(value, "min")), default=None)


@_filter("The largest number", "{{ order.prices | max }}")
def max_(value: Json, args: Sequence[Json]) -> Json:
    return max((number_of(entry, "max") for entry in _list(value, "max")), default=None)


@_filter("Safe inside a web address", "{{ input.city | url_encode }}")
def url_encode(value: Json, args: Sequence[Json]) -> Json:
    return _bounded(quote(as_text(value), safe=""))


@_filter("Safe inside a web page", "{{ input.name | html_escape }}")
def html_escape(value: Json, args: Sequence[Json]) -> Json:
    return _bounded(html.escape(as_text(value)))


@_filter("As base64", "{{ input.text | base64 }}")
def base64_(value: Json, args: Sequence[Json]) -> Json:
    return _bounded(base64.b64encode(as_text(value).encode()).decode())
