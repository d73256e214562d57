"""What differs between what a test expects and what a try gave. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

How = Literal["equal", "contains", "means", "shape"]
HOWS: tuple[str, ...] = get_args(How)
MOST = 50  # differences that are told
_NOTHING = object()

# Whether two texts mean the same.
Means = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Check:
    """A field of the answer, such as `answer.text` or `0.text`, and how it has to fit.

    `contains`: what is expected stands in it. `means`: it says the same in other words. `shape`:
    it has the same fields, of the same kinds.
    """

    path: str
    how: How


@dataclass(frozen=True, slots=True)
class Difference:
    """A place that does not fit."""

    path: str
    how: str
    expected: Any
    got: Any


def differences(expected: Any, got: Any, checks: Sequence[Check], means: Means) -> list[Difference]:
    """Return what does not fit; without checks all of it has to be equal."""
    if not checks:
        return list(_unequal(expected, got, ""))[:MOST]
    return [found for check in checks for found in _checked(check, expected, got, means)][:MOST]


def _checked(check: Check, expected: Any, got: Any, means: Means) -> Iterator[Difference]:
    wanted, found = _at(expected, check.path), _at(got, check.path)
    if check.how == "equal":
        yield from _unequal(wanted, found, check.path)
    elif not _fits(check.how, wanted, found, means):
        yield Difference(check.path, check.how, _plain(wanted), _plain(found))


def _fits(how: How, wanted: Any, found: Any, means: Means) -> bool:
    if how == "shape":
        return bool(_shape(wanted) == _shape(found))
    if not isinstance(wanted, str) or not isinstance(found, str):
        return bool(wanted == found)
    if how == "contains":
        return wanted.strip().casefold() in found.casefold()
    return wanted == found or means(wanted, found)


def _unequal(expected: Any, got: Any, path: str) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        for name in dict.fromkeys([*expected, *got]):
            there = f"{path}.{name}" if path else str(name)
            yield from _unequal(expected.get(name, _NOTHING), got.get(name, _NOTHING), there)
    elif isinstance(expected, list) and isinstance(got, list):
        for number in range(max(len(expected), len(got))):
            there = f"{path}.{number}" if path else str(number)
            yield from _unequal(_entry(expected, number), _entry(got, number), there)
    elif expected is _NOTHING or got is _NOTHING or expected != got:
        yield Difference(path, "equal", _plain(expected), _plain(got))


def _entry(entries: Sequence[Any], number: int) -> Any:
    return entries[number] if number < len(entries) else _NOTHING


def _at(value: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        if isinstance(value, Mapping):
            value = value.get(part, _NOTHING)
        elif isinstance(value, list) and part.isdigit():
            value = _entry(value, int(part))
        else:
            return _NOTHING
    return value


def _shape(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _shape(entry) for name, entry in value.items()}
    if isinstance(value, list):
        shapes = [_shape(entry) for entry in value]
        return [shape for n, shape in enumerate(shapes) if shape not in shapes[:n]]
    return "number" if type(value) in (int, float) else type(value).__name__


def _plain(value: Any) -> Any:
    return None if value is _NOTHING else value
