"""Several ways become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from runtime.sdk import (
    Context,
    Example,
    Item,
    JoinRule,
    Json,
    Kind,
    Mode,
    Node,
    NodeParams,
    Output,
    Port,
    field,
)


class Merge(Node):
    """Bring two branches together again."""

    type, version = "flow.merge", 1
    name, category, icon = "Merge", "Flow", "arrows-join-2"
    keywords = ("join", "combine", "wait", "together")
    inputs = (Port("a", "A"), Port("b", "B"))
    outputs = (Port("out"),)
    mode = Mode.ALL

    class Params(NodeParams):
        how: Literal["append", "by_position", "by_field", "any", "first"] = field(
            Kind.CHOICE,
            "append",
            label="How",
            choices={
                "append": "Wait for both, all items one after the other",
                "by_position": "Wait for both, first with first, second with second",
                "by_field": "Wait for both, items with the same value in a field",
                "any": "Go on with the first branch that brings items",
                "first": "Go on with the first branch that arrives",
            },
        )
        field_name: str = field(
            Kind.TEXT,
            "id",
            label="Field",
            help="Items of A and B with the same value in this field become one.",
            show_if=("how", ["by_field"]),
            templates=False,
        )

    examples = (
        Example(
            "One after the other",
            {},
            inputs={"a": [{"n": 1}], "b": [{"n": 2}]},
            output={"out": [{"n": 1}, {"n": 2}]},
        ),
        Example(
            "A branch that was skipped",
            {},
            inputs={"a": [{"n": 1}], "b": None},
            output={"out": [{"n": 1}]},
        ),
        Example(
            "By position",
            {"how": "by_position"},
            inputs={"a": [{"n": 1}, {"n": 2}], "b": [{"m": 3}]},
            output={"out": [{"n": 1, "m": 3}, {"n": 2}]},
        ),
        Example(
            "By a field",
            {"how": "by_field", "field_name": "id"},
            inputs={"a": [{"id": 1, "x": "a"}, {"id": 2}], "b": [{"id": 1, "y": "b"}]},
            output={"out": [{"id": 1, "x": "a", "y": "b"}, {"id": 2}]},
        ),
    )

    @classmethod
    def join_rule(cls, params: Mapping[str, Any]) -> JoinRule:
        how = params.get("how")
        return JoinRule(how) if how in ("any", "first") else JoinRule.ALL

    async def run(self, params: Params, ctx: Context) -> Output:
        a, b = list(ctx.inputs.get("a") or ()), list(ctx.inputs.get("b") or ())
        if params.how == "by_position":
            return Output.items(_by_position(a, b))
        if params.how == "by_field":
            return Output.items(_by_field(a, b, params.field_name))
        return Output.items([Item(i.json, i.files, (n,)) for n, i in enumerate([*a, *b])])


def _by_position(a: list[Item], b: list[Item]) -> list[Item]:
    merged: list[Item] = []
    for index in range(max(len(a), len(b))):
        first = a[index] if index < len(a) else None
        second = b[index] if index < len(b) else None
        origin = [index] if first else []
        if second:
            origin.append(len(a) + index)
        merged.append(_joined(first, second, origin))
    return merged


def _by_field(a: list[Item], b: list[Item], name: str) -> list[Item]:
    partners: dict[str, int] = {}
    for index, item in enumerate(b):
        partners.setdefault(_value(item, name), index)
    merged: list[Item] = []
    used: set[int] = set()
    for index, item in enumerate(a):
        partner = partners.get(_value(item, name))
        if partner is None:
            merged.append(_joined(item, None, [index]))
        else:
            used.add(partner)
            merged.append(_joined(item, b[partner], [index, len(a) + partner]))
    rest = (i for i in range(len(b)) if i not in used)
    merged.extend(_joined(None, b[i], [len(a) + i]) for i in rest)
    return merged


def _value(item: Item, name: str) -> str:
    return repr(item.json.get(name)) if isinstance(item.json, dict) else ""


def _joined(first: Item | None, second: Item | None, origin: list[int]) -> Item:
    parts: list[Json] = [item.json for item in (first, second) if item is not None]
    files = [f for item in (first, second) if item is not None for f in item.files]
    if len(parts) == 2 and isinstance(parts[0], dict) and isinstance(parts[1], dict):
        return Item({**parts[0], **parts[1]}, files, origin)
    return Item(parts[0] if len(parts) == 1 else parts, files, origin)
