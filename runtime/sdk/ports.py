"""Named inputs and outputs of a node, also those that depend on its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ERROR_PORT = "error"  # added to a node whose policy sends failed items on
TOOLS_PORT = "tools"  # of a node that uses tools: each wire from it leads to a step it may use


@dataclass(frozen=True, slots=True)
class Port:
    """A named place where wires begin or end. `label` is what the screen shows.

    `only_if` is `(setting, values)`: the port is there while the setting has one of the values.
    """

    name: str
    label: str = ""
    only_if: tuple[str, Sequence[object]] | None = None


@dataclass(frozen=True, slots=True)
class PortRows:
    """A port for each row of the list setting `param`.

    Wires hold on to the row's `id`, which nobody sees and nothing changes; people read its
    `label`, which they may change as they like.
    """

    param: str
    id: str = "id"
    label: str = "name"


def ports_under(
    ports: Sequence[Port], rows: PortRows | None, params: Mapping[str, Any]
) -> tuple[Port, ...]:
    """The ports there are under these params (with defaults filled in): rows first.

    A step whose settings leave it no port at all keeps the declared ones: it always has an exit.
    """
    found = [*(_of_rows(rows, params) if rows else ()), *(p for p in ports if _is_there(p, params))]
    return tuple(found or ports)


def _of_rows(rows: PortRows, params: Mapping[str, Any]) -> Iterator[Port]:
    given = params.get(rows.param)
    seen: set[str] = set()
    for row in given if isinstance(given, (list, tuple)) else ():
        name = row.get(rows.id) if isinstance(row, Mapping) else None
        if isinstance(name, str) and name not in seen:
            seen.add(name)
            yield Port(name, str(row.get(rows.label) or len(seen)))


def _is_there(port: Port, params: Mapping[str, Any]) -> bool:
    return port.only_if is None or params.get(port.only_if[0]) in port.only_if[1]
