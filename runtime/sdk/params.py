"""Params: a node's settings, declared once; their JSON Schema draws the form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    CONDITIONS = "conditions"
    CREDENTIAL = "credential"
    MODEL = "model"
    SCHEMA = "schema"
    TABLE = "table"  # the name of a table of the workspace
    WEBHOOK_PATH = "webhook_path"


# Kinds whose value is taken as written: nothing in them is read as a template or a formula.
STATIC_KINDS = frozenset(
    {
        Kind.CODE,
        Kind.BOOLEAN,
        Kind.CHOICE,
        Kind.CREDENTIAL,
        Kind.MODEL,
        Kind.SCHEMA,
        Kind.TABLE,
        Kind.WEBHOOK_PATH,
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
    templates: bool | None = None,
    default_factory: Callable[[], Any] | None = None,
    **limits: Any,
) -> Any:
    """A pydantic field that also says how the form shows it.

    `show_if` is `(other field, values)`; `choices` maps values to their labels; `templates`
    overrides whether `{{ }}` and formulas are resolved in it; `limits` go to pydantic as they are.
    """
    resolved = kind not in STATIC_KINDS if templates is None else templates
    extra: dict[str, Any] = {"x-kind": kind.value, "x-label": label, "x-templates": resolved}
    if help:
        extra["x-help"] = help
    if placeholder:
        extra["x-placeholder"] = placeholder
    if advanced:
        extra["x-advanced"] = True
    if show_if is not None:
        extra["x-show-if"] = {"field": show_if[0], "in": list(show_if[1])}
    if section:
        extra["x-section"] = section
    if choices:
        extra["x-choices"] = choices
    if default_factory is not None:
        return Field(default_factory=default_factory, json_schema_extra=extra, **limits)
    return Field(default, json_schema_extra=extra, **limits)


def resolves_templates(params: type[NodeParams], name: str) -> bool:
    """Whether the field's value is read for templates and formulas before the node sees it."""
    info = params.model_fields.get(name)
    extra = info.json_schema_extra if info is not None else None
    return bool(extra.get("x-templates", True)) if isinstance(extra, dict) else True


def field_kind(params: type[NodeParams], name: str) -> Kind | None:
    """The declared kind of a field, or None where the field is unknown."""
    info = params.model_fields.get(name)
    extra = info.json_schema_extra if info is not None else None
    return Kind(str(extra["x-kind"])) if isinstance(extra, dict) and "x-kind" in extra else None
