"""Params: a node's settings, declared once; their JSON Schema draws the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Kind(StrEnum):
    """The closed list of field kinds. The front end has one widget per kind, none per node."""

    TEXT = "text"
    MULTILINE = "multiline"
    CODE = "code"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    DURATION = "duration"  # seconds
    JSON = "json"
    KEY_VALUES = "key_values"
    ASSIGNMENTS = "assignments"
    LIST = "list"
    ROWS = "rows"  # a list of small forms; each row's fields are declared as the step's are
    CONDITIONS = "conditions"
    CREDENTIAL = "credential"
    MODEL = "model"
    FLOW = "flow"
    SCHEMA = "schema"
    PROMPT = "prompt"  # a prompt of the library, with what fills its variables
    TABLE = "table"  # the name of a table of the workspace
    COLLECTION = "collection"  # the name of one, also of one that is not there yet
    WEBHOOK_PATH = "webhook_path"
    OFFERS = "offers"  # which of the tools that another side offers: rows {name, print, asks_first}


# Kinds whose value is taken as written: nothing in them is read as a template or a formula.
STATIC_KINDS = frozenset(
    {
        Kind.CODE,
        Kind.BOOLEAN,
        Kind.CHOICE,
        Kind.CREDENTIAL,
        Kind.MODEL,
        Kind.FLOW,
        Kind.SCHEMA,
        Kind.TABLE,
        Kind.COLLECTION,
        Kind.WEBHOOK_PATH,
        Kind.OFFERS,
    }
)


class NodeParams(BaseModel):
    """Base of every node's `Params`."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def field(
    kind: Kind,
    default: Any = ...,
    *,
    label: str,
    help: str = "",
    placeholder: str = "",
    advanced: bool = False,
    show_if: tuple[str, Sequence[object]] | None = None,
    section: str = "",
    choices: dict[str, str] | None = None,
    direction: str = "",
    templates: bool | None = None,
    lenient: bool = False,
    fresh: str = "",
    fills: dict[str, str] | None = None,
    default_factory: Callable[[], Any] | None = None,
    **limits: Any,
) -> Any:
    """A pydantic field that also says how the form shows it.

    `show_if` is `(other field, values)`; `choices` maps values to their labels; `direction` says of
    a connection whether it is for calls that come `in`, else for those that go out, of an address
    where it leads, and of a model whether it is one for `meaning`, else one that answers;
    `templates` overrides whether `{{ }}` and formulas are resolved in it; with `lenient` data that
    is missing counts as empty, as in conditions. A field of a row with `fresh` is not shown: the
    form gives each new row a value of its own, beginning so. `fills` says of a prompt of the
    library which fields it takes the place of. `limits` go to pydantic as they are.
    """
    resolved = kind not in STATIC_KINDS if templates is None else templates
    extra: dict[str, Any] = {"x-kind": kind.value, "x-label": label, "x-templates": resolved}
    said = {
        "x-help": help,
        "x-placeholder": placeholder,
        "x-advanced": advanced,
        "x-show-if": {"field": show_if[0], "in": list(show_if[1])} if show_if else None,
        "x-section": section,
        "x-lenient": lenient,
        "x-fresh": fresh,
        "x-fills": fills,
        "x-choices": choices,
        "x-direction": direction,
    }
    extra.update({name: value for name, value in said.items() if value})
    if default_factory is not None:
        return Field(default_factory=default_factory, json_schema_extra=extra, **limits)
    return Field(default, json_schema_extra=extra, **limits)


def resolves_templates(params: type[NodeParams], name: str) -> bool:
    """Whether the field's value is read for templates and formulas before the node sees it."""
    return bool(_said(params, name).get("x-templates", True))


def reads_leniently(params: type[NodeParams], name: str) -> bool:
    """Whether data that is missing counts as empty in this field."""
    said = _said(params, name)
    return said.get("x-kind") == Kind.CONDITIONS or bool(said.get("x-lenient"))


def without_hidden(params: type[NodeParams], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that play a part: what a form hides has its default, whatever was left in it."""
    return {name: value for name, value in raw.items() if not _is_hidden(params, name, raw)}


def _is_hidden(params: type[NodeParams], name: str, raw: Mapping[str, Any]) -> bool:
    info = params.model_fields.get(name)
    rule = _said(params, name).get("x-show-if")
    if info is None or info.is_required() or rule is None:
        return False
    other = params.model_fields.get(rule["field"])
    found = raw.get(rule["field"], other.default if other else None)
    return found not in rule["in"]


def field_kind(params: type[NodeParams], name: str) -> Kind | None:
    """The declared kind of a field, or None where the field is unknown."""
    said = _said(params, name)
    return Kind(str(said["x-kind"])) if "x-kind" in said else None


def field_direction(params: type[NodeParams], name: str) -> str:
    """Of a connection: `in` for calls that come in, empty for those that go out."""
    return str(_said(params, name).get("x-direction", ""))


def _said(params: type[NodeParams], name: str) -> Mapping[str, Any]:
    """What `field()` noted about a field; empty where the field is unknown."""
    info = params.model_fields.get(name)
    extra = info.json_schema_extra if info is not None else None
    return extra if isinstance(extra, dict) else {}
