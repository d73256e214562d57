"""As many ways on as there are cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from runtime.sdk import (
    BatchNode,
    Conditions,
    Example,
    Item,
    Json,
    Kind,
    NodeError,
    NodeParams,
    Output,
    Port,
    PortRows,
    field,
)
from runtime.sdk.conditions import OPERATORS
from runtime.sdk.node import Finding
from runtime.sdk.ports import ERROR_PORT

OTHERWISE = "otherwise"
MOST_EXITS = 50


class Exit(NodeParams):
    """One way on: the name people see, the id that wires hold on to, and who leaves by it."""

    id: str = field(
        Kind.TEXT, label="Identifier", fresh="exit_", pattern=r"^[a-z][a-z0-9_]*$", max_length=60
    )
    name: str = field(Kind.TEXT, "", label="Name of the exit", templates=False, max_length=80)
    conditions: Conditions = field(
        Kind.CONDITIONS,
        default_factory=Conditions,
        label="Items for which this holds",
        show_if=("by", ["rules"]),
    )
    values: tuple[Any, ...] = field(
        Kind.LIST,
        (),
        label="Values",
        help="One of them is enough.",
        show_if=("by", ["value"]),
        max_length=1000,
    )


class Switch(BatchNode):
    """Send each item on by the exit that fits: one exit for each case."""

    type, version = "flow.switch", 1
    name, category, icon = "Switch", "Flow", "switch"
    keywords = ("case", "route", "branch", "rules", "sort into", "if", "else", "otherwise")
    outputs = (Port(OTHERWISE, "Otherwise", only_if=("otherwise", (True,))),)
    dynamic_outputs = PortRows("exits")
    routes = True

    class Params(NodeParams):
        by: Literal["rules", "value"] = field(
            Kind.CHOICE,
            "rules",
            label="Decide by",
            choices={"rules": "Conditions of your own", "value": "What one value is"},
        )
        value: Json = field(
            Kind.TEXT,
            None,
            label="Value",
            help="It is compared with the values of each exit.",
            placeholder="{{ input.country }}",
            show_if=("by", ["value"]),
            lenient=True,
        )
        exits: tuple[Exit, ...] = field(
            Kind.ROWS,
            (),
            label="Exits",
            help="They are tried from the top. A name may be changed at any time: wires stay.",
            lenient=True,
            max_length=MOST_EXITS,
        )
        send: Literal["first", "all"] = field(
            Kind.CHOICE,
            "first",
            label="An item that fits several exits",
            choices={"first": "Leaves by the first of them", "all": "Leaves by every one of them"},
        )
        otherwise: bool = field(
            Kind.BOOLEAN,
            True,
            label="An exit “Otherwise”",
            help="For items that fit no exit. Without it they go nowhere.",
        )

    examples = (
        Example(
            "Orders by size",
            {
                "exits": [
                    {
                        "id": "large",
                        "name": "Large",
                        "conditions": {
                            "rows": [
                                {"left": "{{ input.total }}", "operator": "greater", "right": 1000}
                            ]
                        },
                    },
                    {
                        "id": "small",
                        "name": "Small",
                        "conditions": {
                            "rows": [{"left": "{{ input.total }}", "operator": "less", "right": 50}]
                        },
                    },
                ]
            },
            input=[{"total": 2000}, {"total": 20}, {"total": 200}],
            output={
                "large": [{"total": 2000}],
                "small": [{"total": 20}],
                "otherwise": [{"total": 200}],
            },
        ),
        Example(
            "Messages by language",
            {
                "by": "value",
                "value": "{{ input.language }}",
                "exits": [
                    {"id": "german", "name": "German", "values": ["de", "de-AT"]},
                    {"id": "english", "name": "English", "values": ["en"]},
                ],
                "otherwise": False,
            },
            input=[{"language": "de-AT"}, {"language": "fr"}],
            output={"german": [{"language": "de-AT"}]},
        ),
    )

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        return list(_findings(params))

    def run_batch(
        self, params: Sequence[Any], items: Sequence[Item]
    ) -> Sequence[Output | BaseException]:
        return [_send(p, item) for p, item in zip(params, items, strict=True)]


def _send(params: Switch.Params, item: Item) -> Output | BaseException:
    try:
        fitting = [exit.id for exit in _fitting(params)]
    except NodeError as error:
        error.field = error.field or "exits"
        return error
    if not fitting and params.otherwise:
        fitting = [OTHERWISE]
    return Output(dict.fromkeys(fitting, (item,)))


def _fitting(params: Switch.Params) -> Iterator[Exit]:
    """The exits an item leaves by; those after the first are not even looked at for *first*."""
    for exit in params.exits:
        if _fits(params, exit):
            yield exit
            if params.send == "first":
                return


def _fits(params: Switch.Params, exit: Exit) -> bool:
    if params.by == "value":
        is_the_same = OPERATORS["equals"].test
        return any(is_the_same(params.value, value) for value in exit.values)
    return bool(exit.conditions.rows) and exit.conditions.judge()


def _findings(params: Switch.Params) -> Iterator[Finding]:
    if not params.exits:
        yield "exits", "Switch has no exits yet.", "Add one for each case."
    ids = Counter(exit.id for exit in params.exits)
    for number, exit in enumerate(params.exits):
        name = exit.name or f"number {number + 1}"
        if not exit.name.strip():
            yield f"exits.{number}.name", f"Exit number {number + 1} has no name.", "Name it."
        if ids[exit.id] > 1 or exit.id in (OTHERWISE, ERROR_PORT):
            where = f"exits.{number}.id"
            yield where, f"The exit “{name}” cannot be told from another.", "Add it again."
        if params.by == "rules" and not exit.conditions.rows:
            where = f"exits.{number}.conditions"
            yield where, f"The exit “{name}” has no condition, so nothing leaves by it.", "Add one."
        if params.by == "value" and not exit.values:
            where = f"exits.{number}.values"
            yield where, f"The exit “{name}” has no values, so nothing leaves by it.", "Add one."
