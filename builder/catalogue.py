"""What the canvas needs to know of every node type. Made from what the types declare."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, override

from builder.catalogue_words import in_words_of_the_reader
from runtime.expressions.filters import FILTERS
from runtime.registry import registry
from runtime.sdk import ErrorClass, Example, Kind, Node, Port
from runtime.sdk.conditions import OPERATORS
from runtime.sdk.ports import TOOLS_PORT

ERROR_LABELS: Mapping[ErrorClass, str] = {
    ErrorClass.NETWORK: "No answer",
    ErrorClass.TIMEOUT: "Took too long",
    ErrorClass.STATUS_429: "Too many requests (429)",
    ErrorClass.STATUS_5XX: "The service failed (5xx)",
    ErrorClass.STATUS_4XX: "The service refused (4xx)",
    ErrorClass.BAD_ANSWER: "An answer that cannot be used",
    ErrorClass.LOST: "Unknown, the worker died",
    ErrorClass.INPUT: "Wrong data or settings",
    ErrorClass.CODE: "A formula or code failed",
    ErrorClass.OTHER: "Anything else",
}

# In the order in which people need them; the triggers stand before them all.
CATEGORIES = ("Flow", "Data", "AI", "Network", "Code")

# The port from which wires lead to what a step may use.
TOOLS = {"name": TOOLS_PORT, "label": "Tools", "tools": True}

# What a formula may call, with how it is written: completion offers them.
FORMULA_HELPERS: Mapping[str, tuple[str, str]] = {
    "AVERAGE": ("The average of numbers", "AVERAGE(order.prices)"),
    "CONCAT": ("Texts put together", 'CONCAT(first, " ", last)'),
    "COUNT": ("How many values there are", "COUNT(order.lines)"),
    "IF": ("One value or another", 'IF(total > 100, "large", "small")'),
    "NUMBER": ("A text read as a number", "NUMBER(order.total)"),
    "ROUND": ("A number with so many digits", "ROUND(total * 1.19, 2)"),
    "SUM": ("Numbers added up", "SUM(order.prices)"),
    "TEXT": ("A value as text", "TEXT(order.id)"),
    "TODAY": ("The date of today", "TODAY()"),
}


def catalogue() -> dict[str, Any]:
    """Return the whole catalogue in the reader's language."""
    return _catalogue(get_language() or "en")


@lru_cache(maxsize=4)
def _catalogue(language: str) -> dict[str, Any]:
    """Return it in a language; else it changes only with the installed code."""
    with override(language):
        return in_words_of_the_reader(_in_english())


def _in_english() -> dict[str, Any]:
    return {
        "node_types": [describe(node_type) for node_type in in_order(registry().values())],
        "field_kinds": [kind.value for kind in Kind],
        "filters": [
            {
                "name": name,
                "label": name.replace("_", " "),
                "help": spec.help,
                "example": spec.example,
            }
            for name, spec in sorted(FILTERS.items())
        ],
        "formula_helpers": [
            {"name": name, "help": words, "example": example}
            for name, (words, example) in FORMULA_HELPERS.items()
        ],
        "operators": [
            {"name": operator.name, "label": operator.label, "arity": operator.arity}
            for operator in OPERATORS.values()
        ],
        "error_classes": [
            {"name": error.value, "label": ERROR_LABELS[error]} for error in ErrorClass
        ],
    }


def in_order(types: Iterable[type[Node]]) -> list[type[Node]]:
    """Return the types as the palette offers them: what starts a flow first, kinds together."""
    return sorted(types, key=_rank)


def _rank(node_type: type[Node]) -> tuple[int, str, bool]:
    """Where it stands; categories that plug-ins bring follow the known ones."""
    if (trigger := node_type.trigger) is not None:
        return -1, "", trigger.by_flows
    known = node_type.category in CATEGORIES
    place = CATEGORIES.index(node_type.category) if known else len(CATEGORIES)
    return place, node_type.category, False


def describe(node_type: type[Node]) -> dict[str, Any]:
    """Return one type as the palette and the form read it."""
    trigger = node_type.trigger
    return {
        "type": node_type.type,
        "version": node_type.version,
        "name": node_type.name,
        "help": (node_type.__doc__ or "").strip().partition("\n")[0],
        "category": node_type.category,
        "family": node_type.category.lower(),
        "icon": node_type.icon,
        "inputs": [] if trigger else _ports(node_type.inputs, multiple=True),
        "outputs": [*_ports(node_type.outputs), *([TOOLS] if node_type.uses_tools else ())],
        "dynamic_outputs": asdict(rows) if (rows := node_type.dynamic_outputs) else None,
        "mode": node_type.mode.value,
        "effect": node_type.effect.value,
        "routes": node_type.routes,
        "passes": node_type.passes,
        "waits": node_type.waits,
        "streams": node_type.streams,
        "told": list(node_type.told),
        "cpu": node_type.cpu,
        "loop": node_type.loop,
        "usable_as_tool": node_type.usable_as_tool,
        "several_tools": node_type.tool_source is not None,
        "tells": node_type.tells,
        "trigger": trigger.kind if trigger else None,
        "summary": node_type.summary,
        "params_schema": node_type.Params.model_json_schema(),
        "default_params": default_params(node_type),
        "default_policy": node_type.default_policy.model_dump(mode="json"),
        "examples": [_example(example) for example in node_type.examples],
        "output_sample": node_type.output_sample,
        "keywords": list(node_type.keywords),
    }


def default_params(node_type: type[Node]) -> dict[str, Any]:
    """Return the params that have a default, as plain JSON."""
    fields = node_type.Params.model_fields
    given = {name: info for name, info in fields.items() if not info.is_required()}
    empty = node_type.Params.model_construct()
    return {name: value for name, value in empty.model_dump(mode="json").items() if name in given}


def _ports(ports: Sequence[Port], *, multiple: bool | None = None) -> list[dict[str, Any]]:
    more = {} if multiple is None else {"multiple": multiple}
    return [
        {
            "name": port.name,
            "label": port.label or port.name.replace("_", " ").capitalize(),
            **({"only_if": _only_if(port.only_if)} if port.only_if else {}),
            **more,
        }
        for port in ports
    ]


def _only_if(rule: tuple[str, Sequence[object]]) -> dict[str, Any]:
    return {"field": rule[0], "in": list(rule[1])}


def _example(example: Example) -> dict[str, Any]:
    return {
        "name": example.name,
        "params": dict(example.params),
        "input": list(example.input),
        "output": dict(example.output) if example.output is not None else None,
    }
