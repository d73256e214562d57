"""unfold's `display` decorator with types: describes a column of a list."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from unfold.decorators import display

from runtime.admin.cells import moment

Method = TypeVar("Method", bound=Callable[..., Any])


def column(
    *,
    description: Any,
    ordering: str | None = None,
    label: Mapping[str, str] | None = None,
    header: bool | None = None,
) -> Callable[[Method], Method]:
    """Return the decorator; `label` maps the first of a returned pair to a colour."""
    colors = dict(label) if label is not None else None

    def decorate(method: Method) -> Method:
        display(description=description, ordering=ordering, label=colors, header=header)(method)
        return method

    return decorate


def time_column(field: str, description: Any) -> Callable[[Any], str]:
    """Return a column that shows a moment as all pages do, and sorts by it."""

    @column(description=description, ordering=field)
    def shown(row: Any) -> str:
        return moment(getattr(row, field))

    shown.__name__ = field
    return shown
