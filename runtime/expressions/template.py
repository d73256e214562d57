"""Text with `{{ path }}` holes. Rendered once; what comes out is never read as a template again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from runtime.expressions.errors import ExpressionError
from runtime.expressions.parser import Expression, parse_expression
from runtime.expressions.path import Path
from runtime.expressions.scope import Scope
from runtime.sdk.items import Json
from runtime.sdk.values import as_text

MAX_SOURCE = 200_000
MAX_HOLES = 1_000
MAX_RENDERED = 5_000_000  # characters

# A hole may hold quoted strings with braces in them; each alternative is linear.
_HOLE = re.compile(r"\{\{((?:[^{}\"']|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')*)\}\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed text. A template that is one single hole keeps the value's type.

    `lenient` templates (both sides of a condition) give nothing where the value is missing, so
    that *exists* and *is empty* can be asked.
    """

    parts: tuple[str | Expression, ...]
    lenient: bool = False

    def render(self, scope: Scope) -> Json:
        """Fill the holes; raises ExpressionError."""
        parts = self.parts
        if len(parts) == 1 and not isinstance(parts[0], str):
            try:
                return parts[0].evaluate(scope)
            except ExpressionError as error:
                if self.lenient and error.missing:
                    return None
                raise
        rendered = [p if isinstance(p, str) else as_text(p.evaluate(scope)) for p in parts]
        if sum(map(len, rendered)) > MAX_RENDERED:
            raise ExpressionError("The text would be longer than five million characters.")
        return "".join(rendered)

    def paths(self) -> Iterator[Path]:
        """Every path the template reads."""
        for part in self.parts:
            if not isinstance(part, str):
                yield from part.paths()


def parse_template(source: str, *, lenient: bool = False) -> Template | None:
    """The template in a text, or None where it has no hole; raises ExpressionError."""
    if "{{" not in source:
        return None
    if len(source) > MAX_SOURCE:
        raise ExpressionError(f"A text with inserted data may have {MAX_SOURCE:,} characters.")
    parts: list[str | Expression] = []
    position = 0
    for match in _HOLE.finditer(source):
        _literal(source[position : match.start()], parts)
        parts.append(parse_expression(match.group(1)))
        position = match.end()
        if len(parts) > 2 * MAX_HOLES:
            raise ExpressionError(f"A text may have at most {MAX_HOLES:,} inserted values.")
    _literal(source[position:], parts)
    return Template(tuple(parts), lenient)


def _literal(text: str, parts: list[str | Expression]) -> None:
    if "{{" in text:
        start = text.index("{{")
        raise ExpressionError(
            f"“{text[start : start + 40]}” is not closed or not readable.",
            fix="Close it with }} or pick the value from the list again.",
        )
    if text:
        parts.append(text)
