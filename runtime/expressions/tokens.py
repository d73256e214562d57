"""Cuts the inside of `{{ … }}` into tokens. Bounded, and refuses whatever is not in the grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from runtime.expressions.errors import ExpressionError


class Token(StrEnum):
    NAME = "name"
    NUMBER = "number"
    STRING = "string"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Lexeme:
    token: Token
    text: str
    at: int


# Every alternative is linear: no nested quantifiers, so hostile text cannot make it slow.
_PATTERN = re.compile(
    r"""\s*(?:
      (?P<name>[^\W\d]\w*)
    | (?P<number>-?\d{1,15}(?:\.\d{1,15})?)
    | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<symbol>\?\?|[.\[\]|:,])
    )""",
    re.VERBOSE,
)
_ARITHMETIC = re.compile(r"\s*(?:[-+*/%<>=!&^~()]|\bif\b)")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def tokenize(source: str) -> list[Lexeme]:
    """Tokens of one expression, ending with END; raises ExpressionError."""
    lexemes: list[Lexeme] = []
    position = 0
    end = len(source.rstrip())
    while position < end:
        match = _PATTERN.match(source, position)
        if match is None:
            raise _refusal(source, position)
        kind = match.lastgroup or "symbol"
        text = match.group(kind)
        if kind == "string":
            text = _unescape(text[1:-1])
        lexemes.append(Lexeme(Token(kind), text, match.start(kind)))
        position = match.end()
    lexemes.append(Lexeme(Token.END, "", end))
    return lexemes


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m.group(1), m.group(0)), text)


def _refusal(source: str, position: int) -> ExpressionError:
    shown = source.strip()[:80]
    if _ARITHMETIC.match(source, position):
        return ExpressionError(
            f"“{shown}” calculates, and inserted data can only point at a value.",
            fix="Make the whole field a formula: begin it with =.",
            wants_formula=True,
        )
    return ExpressionError(
        f"“{shown}” cannot be read as inserted data.",
        fix="Pick the value from the list of earlier steps again.",
    )
