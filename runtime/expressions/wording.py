"""A prompt's text as the library keeps it: its holes are variables that a step fills in.

Filled once: what a variable holds is data, and is never read as a template.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from runtime.expressions.errors import ExpressionError
from runtime.expressions.scope import RESERVED_ROOTS, Quantifier
from runtime.expressions.template import Template, parse_template
from runtime.sdk.items import Json
from runtime.sdk.values import as_text

MAX_VARIABLES = 50
_NO_NAME = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class _Filled:
    """Gives each variable what the step filled in."""

    values: Mapping[str, Json]

    def root(self, name: str, quantifier: Quantifier) -> Json:
        if name not in self.values:
            raise ExpressionError(
                f"The prompt's “{name}” is not filled in.",
                fix=f"Fill in “{name}” in the step's settings.",
                missing=True,
            )
        return self.values[name]


def variables_of(*texts: str) -> tuple[str, ...]:
    """The variables that texts name, in the order in which they first come.

    Raises ExpressionError where a hole cannot be read, or is called as the data of flows is.
    """
    names = tuple(dict.fromkeys(_names(texts)))
    for name in names:
        if name in RESERVED_ROOTS:
            raise ExpressionError(
                f"“{name}” is a word of flows, and a prompt is used in many of them.",
                fix="Give the variable a name of its own, for example {{ customer }}.",
            )
    if len(names) > MAX_VARIABLES:
        raise ExpressionError(f"A prompt has at most {MAX_VARIABLES} variables.")
    return names


def needed_of(*texts: str) -> frozenset[str]:
    """Those variables of the texts that have no `??` to fall back on."""
    found = {name for template in _templates(texts) for name in _without_default(template)}
    return frozenset(found)


def worded(text: str, values: Mapping[str, Json]) -> str:
    """The text with its variables filled in; raises ExpressionError."""
    template = parse_template(text)
    return text if template is None else as_text(template.render(_Filled(values)))


def as_variables(text: str, taken: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """A step's text with a variable in place of each piece of data.

    Returns the text, and for each variable the piece it stands for: `{"name": "{{ input.name }}"}`.
    `taken` are variables that another text of the same prompt has already. Raises ExpressionError.
    """
    template = parse_template(text)
    if template is None:
        return text, dict(taken)
    known = dict(taken)
    parts: list[str] = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        hole = f"{{{{ {part.source} }}}}"
        name = next((name for name, held in known.items() if held == hole), None)
        if name is None:
            last = next((_last(path.parts) or path.name for path in part.paths()), "value")
            name = _free(last, known)
            known[name] = hole
        parts.append(f"{{{{ {name} }}}}")
    return "".join(parts), known


def _templates(texts: Iterable[str]) -> Iterable[Template]:
    found = (parse_template(text) for text in texts)
    return [template for template in found if template is not None]


def _names(texts: Iterable[str]) -> Iterable[str]:
    return (path.name for template in _templates(texts) for path in template.paths())


def _without_default(template: Template) -> Iterable[str]:
    for part in template.parts:
        if isinstance(part, str) or any(stage.apply is None for stage in part.stages):
            continue
        yield from (path.name for path in part.paths())


def _last(parts: Iterable[str | int]) -> str:
    named = [part for part in parts if isinstance(part, str)]
    return named[-1] if named else ""


def _free(wanted: str, known: Collection[str]) -> str:
    name = _NO_NAME.sub("_", wanted).strip("_").lower() or "value"
    if not name.isidentifier() or name in RESERVED_ROOTS:
        name = f"the_{name}"
    number, free = 2, name
    while free in known:
        free, number = f"{name}_{number}", number + 1
    return free
