"""Params as stored → params as the node gets them: templates rendered, formulas collected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from runtime.expressions.errors import ExpressionError
from runtime.expressions.path import Path
from runtime.expressions.scope import Scope
from runtime.expressions.template import Template, parse_template
from runtime.sdk.errors import NodeError
from runtime.sdk.items import Json
from runtime.sdk.params import NodeParams, reads_leniently, resolves_templates, without_hidden

FORMULA, LITERAL = "$formula", "$literal"
MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Formula:
    """A person's formula; it is evaluated in the sandbox, all of a batch in one call."""

    source: str
    field: str


@dataclass(frozen=True, slots=True)
class _Placed:
    """A template and the field it stands in, for errors."""

    template: Template
    field: str


class _Entries(list[tuple[str, Any]]):
    """An object with something to resolve inside."""


class _Members(list[Any]):
    """A list with something to resolve inside."""


# A _Placed, a Formula, _Entries or _Members; anything else is a constant, used as it is.
Compiled = Any


@dataclass(frozen=True, slots=True)
class CompiledParams:
    """A node's params with everything parsed once.

    `constant` holds when nothing in them depends on data: then `fields` are the values.
    """

    fields: Mapping[str, Compiled]
    constant: bool
    formulas: tuple[Formula, ...]
    templates: tuple[tuple[str, Template], ...]

    def resolve(
        self, scope: Scope, formula_values: Mapping[str, Json] | None = None
    ) -> dict[str, Json]:
        """Plain values for one item; `formula_values` maps a formula's field to its value."""
        values = formula_values or {}
        return {name: _resolve(value, scope, values) for name, value in self.fields.items()}

    def paths(self) -> Iterator[tuple[str, Path]]:
        """Every field with a path it reads."""
        for name, template in self.templates:
            for path in template.paths():
                yield name, path


def compile_params(
    raw: Mapping[str, Any], declared: type[NodeParams]
) -> tuple[CompiledParams, list[ExpressionError]]:
    """Parse every template and formula; the errors carry their field."""
    walk = _Walk()
    fields = {}
    given = {**_templates_by_default(declared), **raw}
    for name, value in without_hidden(declared, given).items():
        if resolves_templates(declared, name):
            walk.lenient = reads_leniently(declared, name)
            fields[name] = walk.visit(value, name, 0)
        else:
            fields[name] = value
    constant = not walk.templates and not walk.formulas
    compiled = CompiledParams(fields, constant, tuple(walk.formulas), tuple(walk.templates))
    return compiled, walk.errors


@lru_cache(maxsize=1000)
def _templates_by_default(declared: type[NodeParams]) -> Mapping[str, str]:
    """Fields that insert data unless they are set; other defaults need no reading."""
    defaults = {name: info.default for name, info in declared.model_fields.items()}
    return {n: v for n, v in defaults.items() if isinstance(v, str) and "{{" in v}


def compile_value(
    value: Any, field: str, *, lenient: bool = False
) -> tuple[CompiledParams, list[ExpressionError]]:
    """Parse one value on its own, such as a condition that is judged later."""
    walk = _Walk()
    walk.lenient = lenient
    fields = {field: walk.visit(value, field, 0)}
    constant = not walk.templates and not walk.formulas
    return CompiledParams(fields, constant, (), tuple(walk.templates)), walk.errors


class _Walk:
    def __init__(self) -> None:
        self.lenient = False
        self.formulas: list[Formula] = []
        self.templates: list[tuple[str, Template]] = []
        self.errors: list[ExpressionError] = []

    def visit(self, value: Any, field: str, depth: int) -> Compiled:
        if depth > MAX_DEPTH:
            self.errors.append(ExpressionError("The setting is nested too deeply.", field=field))
            return None
        if isinstance(value, str):
            return self.text(value, field)
        if isinstance(value, dict):
            return self.mapping(value, field, depth)
        if isinstance(value, list):
            made = [self.visit(v, f"{field}[{i}]", depth + 1) for i, v in enumerate(value)]
            return _Members(made) if _differ(made, value) else value
        return value

    def text(self, value: str, field: str) -> Compiled:
        try:
            template = parse_template(value, lenient=self.lenient)
        except ExpressionError as error:
            error.field = field
            self.errors.append(error)
            return value
        if template is None:
            return value
        self.templates.append((field, template))
        return _Placed(template, field)

    def mapping(self, value: dict[str, Any], field: str, depth: int) -> Compiled:
        if len(value) == 1:
            if LITERAL in value:
                return value[LITERAL]
            if FORMULA in value and isinstance(value[FORMULA], str):
                formula = Formula(value[FORMULA], field)
                self.formulas.append(formula)
                return formula
        made = [self.visit(v, f"{field}.{k}", depth + 1) for k, v in value.items()]
        return _Entries(zip(value, made, strict=True)) if _differ(made, value.values()) else value


def _differ(made: Iterable[Compiled], given: Iterable[Any]) -> bool:
    return any(one is not other for one, other in zip(made, given, strict=True))


def _resolve(value: Compiled, scope: Scope, formulas: Mapping[str, Json]) -> Json:
    kind = type(value)
    if kind is _Placed:
        try:
            rendered: Json = value.template.render(scope)
        except NodeError as error:
            error.field = error.field or value.field
            raise
        return rendered
    if kind is Formula:
        return formulas[value.field]
    if kind is _Entries:
        return {name: _resolve(inner, scope, formulas) for name, inner in value}
    if kind is _Members:
        return [_resolve(inner, scope, formulas) for inner in value]
    constant: Json = value
    return constant
