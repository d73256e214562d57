"""Figures of many items: how many, how much, from when to when."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from runtime.sdk import (
    BatchNode,
    ErrorClass,
    Example,
    Item,
    Json,
    Kind,
    Mode,
    NodeError,
    NodeParams,
    Output,
    field,
)
from runtime.sdk.ordering import identity, is_nothing, rank
from runtime.sdk.paths import FieldName, field_of, put_field
from runtime.sdk.values import as_text, kind_of, number_of

How = Literal[
    "count", "sum", "average", "min", "max", "first", "last", "join", "list", "unique_count"
]
NEEDS_FIELD = ["sum", "average", "min", "max", "first", "last", "join", "list", "unique_count"]


class Figure(NodeParams):
    """One figure: what is worked out, of which field, and what it is called."""

    how: How = field(
        Kind.CHOICE,
        "count",
        label="Work out",
        choices={
            "count": "How many items",
            "sum": "Sum",
            "average": "Average",
            "min": "Smallest",
            "max": "Largest",
            "first": "First",
            "last": "Last",
            "join": "All, as one text",
            "list": "All, as a list",
            "unique_count": "How many different ones",
        },
    )
    field_name: FieldName = field(
        Kind.TEXT,
        "",
        label="Of the field",
        placeholder="total",
        show_if=("how", NEEDS_FIELD),
        templates=False,
    )
    name: str = field(
        Kind.TEXT,
        "",
        label="Called",
        help="Left empty, it is named after what it is: sum_total",
        templates=False,
    )
    separator: str = field(
        Kind.TEXT,
        ", ",
        label="Between them",
        show_if=("how", ["join"]),
        templates=False,
    )


class Summarise(BatchNode):
    """Work out sums, counts, averages and the like, for all items or group by group."""

    type, version = "data.summarise", 1
    name, category, icon = "Summarise", "Data", "sum"
    keywords = ("summarize", "group", "pivot", "total", "count", "average", "sum", "statistics")
    mode = Mode.ALL

    class Params(NodeParams):
        group_by: tuple[FieldName, ...] = field(
            Kind.LIST,
            (),
            label="For each",
            help="Names of fields, such as customer.country. Without one, all items are summed "
            "up together.",
            templates=False,
            max_length=20,
        )
        figures: tuple[Figure, ...] = field(
            Kind.ROWS, (Figure(),), label="Figures", templates=False, min_length=1, max_length=50
        )

    examples = (
        Example(
            "Turnover by country",
            {
                "group_by": ["country"],
                "figures": [
                    {"how": "count", "name": "orders"},
                    {"how": "sum", "field_name": "total"},
                    {"how": "max", "field_name": "day", "name": "latest"},
                ],
            },
            input=[
                {"country": "AT", "total": 0.1, "day": "2030-01-02"},
                {"country": "DE", "total": 5, "day": "2030-01-01"},
                {"country": "AT", "total": "0.2", "day": "2030-01-10"},
            ],
            output={
                "out": [
                    {"country": "AT", "orders": 2, "sum_total": 0.3, "latest": "2030-01-10"},
                    {"country": "DE", "orders": 1, "sum_total": 5, "latest": "2030-01-01"},
                ]
            },
        ),
        Example(
            "Nothing came",
            {"figures": [{"how": "count"}, {"how": "average", "field_name": "total"}]},
            input=[],
            output={"out": [{"count": 0, "average_total": None}]},
        ),
    )
    output_sample = {"country": "AT", "count": 2, "sum_total": 30.5}

    @classmethod
    def check(cls, params: Params) -> Sequence[tuple[str, str, str]]:
        return [
            (
                f"figures.{number}.field_name",
                f"Figure number {number + 1} does not say of which field.",
                "Write the name of the field.",
            )
            for number, figure in enumerate(params.figures)
            if figure.how in NEEDS_FIELD and not figure.field_name
        ]

    def run_whole(self, params: Params, items: Sequence[Item]) -> Output:
        groups: dict[str, list[int]] = {} if params.group_by else {"": []}
        for n, item in enumerate(items):
            key = [field_of(item.json, name) for name in params.group_by]
            groups.setdefault(identity(key) if key else "", []).append(n)
        return Output.items([_summary(params, items, of) for of in groups.values()])


def _summary(params: Summarise.Params, items: Sequence[Item], members: Sequence[int]) -> Item:
    made: dict[str, Json] = {}
    for name in params.group_by:
        put_field(made, name.split("."), field_of(items[members[0]].json, name))
    for figure in params.figures:
        values = {n: field_of(items[n].json, figure.field_name) for n in members}
        made[_name(figure)] = FIGURES[figure.how](figure, values)
    return Item(made, origin=members)


def _name(figure: Figure) -> str:
    inner = figure.field_name.replace(".", "_")
    return figure.name or (f"{figure.how}_{inner}" if figure.how != "count" else "count")


Values = Mapping[int, Json]  # by the position of the item they are from


def _there(values: Values) -> list[Json]:
    return [value for value in values.values() if not is_nothing(value)]


def _numbers(figure: Figure, values: Values) -> list[int | float]:
    found: list[int | float] = []
    for n, value in values.items():
        if is_nothing(value):
            continue
        try:
            found.append(number_of(value, figure.how))
        except NodeError:
            shown = f"“{value[:40]}”" if isinstance(value, str) else kind_of(value)
            raise NodeError(
                f"“{figure.field_name}” of item {n + 1} is not a number, but {shown}.",
                error_class=ErrorClass.INPUT,
                retryable=False,
                fix="Filter such items out before, or make the field a number by Set fields.",
                field="figures",
            ) from None
    return found


def _sum(figure: Figure, values: Values) -> Json:
    numbers = _numbers(figure, values)
    total = sum(numbers) if all(isinstance(n, int) for n in numbers) else None
    return total if total is not None and abs(total) < 2**53 else _added(figure, numbers)


def _average(figure: Figure, values: Values) -> Json:
    numbers = _numbers(figure, values)
    return _tidy(_added(figure, numbers) / len(numbers)) if numbers else None


def _added(figure: Figure, numbers: Sequence[int | float]) -> float:
    try:
        total = math.fsum(numbers)
    except OverflowError:
        total = math.inf
    if math.isfinite(total):
        return _tidy(total)
    raise NodeError(
        f"The numbers in “{figure.field_name}” are too large to be added up.",
        error_class=ErrorClass.INPUT,
        retryable=False,
        fix="Filter such items out before.",
        field="figures",
    )


def _tidy(number: float) -> float:
    """Without the dust of binary fractions: 0.1 and 0.2 are 0.3."""
    return float(f"{number:.15g}")


def _first(figure: Figure, values: Values) -> Json:
    return next(iter(_there(values)), None)


def _last(figure: Figure, values: Values) -> Json:
    return next(reversed(_there(values)), None)


def _unique_count(figure: Figure, values: Values) -> Json:
    return len({identity(value) for value in _there(values)})


FIGURES: Mapping[str, Callable[[Figure, Values], Json]] = {
    "count": lambda figure, values: len(values),
    "sum": _sum,
    "average": _average,
    "min": lambda figure, values: min(_there(values), key=rank, default=None),
    "max": lambda figure, values: max(_there(values), key=rank, default=None),
    "first": _first,
    "last": _last,
    "join": lambda figure, values: figure.separator.join(as_text(v) for v in _there(values)),
    "list": lambda figure, values: _there(values),
    "unique_count": _unique_count,
}
