"""Reads the inside of `{{ … }}`: a path or a literal, then filters and `??` defaults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runtime.expressions.errors import ExpressionError
from runtime.expressions.filters import FILTERS, Filter
from runtime.expressions.path import Part, Path
from runtime.expressions.scope import Quantifier, Scope
from runtime.expressions.tokens import Lexeme, Token, tokenize
from runtime.sdk.items import Json

_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None, "none": None}
MAX_STAGES = 20


@dataclass(frozen=True, slots=True)
class Literal:
    value: Json

    def evaluate(self, scope: Scope) -> Json:
        return self.value


Operand = Path | Literal


@dataclass(frozen=True, slots=True)
class Stage:
    """One `| filter:args` (with `apply`) or one `?? default` (without)."""

    apply: Filter | None
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed hole of a template."""

    operand: Operand
    stages: tuple[Stage, ...]
    source: str

    def evaluate(self, scope: Scope) -> Json:
        """The value; raises ExpressionError."""
        error: ExpressionError | None = None
        value: Json = None
        try:
            value = self.operand.evaluate(scope)
        except ExpressionError as missing:
            if not missing.missing:
                raise
            error = missing
        for stage in self.stages:
            if stage.apply is None:
                if error is not None or value is None:
                    value, error = stage.operands[0].evaluate(scope), None
            elif error is None:
                value = stage.apply(value, [arg.evaluate(scope) for arg in stage.operands])
        if error is not None:
            raise error
        return value

    def paths(self) -> Iterator[Path]:
        """Every path it reads."""
        for operand in (self.operand, *(o for stage in self.stages for o in stage.operands)):
            if isinstance(operand, Path):
                yield operand


def parse_expression(source: str) -> Expression:
    """Parse one expression; raises ExpressionError with a sentence for its author."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.lexemes = tokenize(source)
        self.position = 0

    @property
    def current(self) -> Lexeme:
        return self.lexemes[self.position]

    def take(self) -> Lexeme:
        lexeme = self.current
        self.position += 1
        return lexeme

    def accept(self, symbol: str) -> bool:
        if self.current.token is Token.SYMBOL and self.current.text == symbol:
            self.position += 1
            return True
        return False

    def parse(self) -> Expression:
        operand = self.operand()
        stages: list[Stage] = []
        while self.current.token is not Token.END:
            stages.append(self.stage())
            if len(stages) > MAX_STAGES:
                raise ExpressionError(f"More than {MAX_STAGES} filters follow one another.")
        return Expression(operand, tuple(stages), self.source.strip())

    def stage(self) -> Stage:
        if self.accept("??"):
            return Stage(None, (self.operand(),))
        if not self.accept("|"):
            raise self.unexpected()
        name = self.take()
        if name.token is not Token.NAME or name.text not in FILTERS:
            raise ExpressionError(
                f"There is no filter called “{name.text}”.",
                fix=f"Pick one from the list: {', '.join(sorted(FILTERS))}.",
            )
        operands: list[Operand] = []
        if self.accept(":"):
            operands.append(self.operand())
            while self.accept(",") or self.accept(":"):
                operands.append(self.operand())
        spec = FILTERS[name.text]
        spec.check_arity(len(operands))
        return Stage(spec.apply, tuple(operands))

    def operand(self) -> Operand:
        lexeme = self.take()
        if lexeme.token is Token.STRING:
            return Literal(lexeme.text)
        if lexeme.token is Token.NUMBER:
            return Literal(float(lexeme.text) if "." in lexeme.text else int(lexeme.text))
        if lexeme.token is not Token.NAME:
            self.position -= 1
            raise self.unexpected()
        if lexeme.text in _WORDS and not self.at(".") and not self.at("["):
            return Literal(_WORDS[lexeme.text])
        return self.path(lexeme.text)

    def at(self, symbol: str) -> bool:
        return self.current.token is Token.SYMBOL and self.current.text == symbol

    def path(self, name: str) -> Path:
        quantifier = self.quantifier()
        parts: list[Part] = []
        while True:
            if self.accept("."):
                parts.append(self.attribute())
            elif self.accept("["):
                parts.append(self.subscript())
            else:
                return Path(name, quantifier, tuple(parts))

    def quantifier(self) -> Quantifier:
        """`.first` or `.all` right after the root; `["first"]` is a field of that name."""
        ahead = self.lexemes[self.position : self.position + 2]
        if self.at(".") and ahead[1].text in (Quantifier.FIRST, Quantifier.ALL):
            self.position += 2
            return Quantifier(ahead[1].text)
        return Quantifier.MATCHING

    def attribute(self) -> str:
        lexeme = self.take()
        if lexeme.token is not Token.NAME:
            self.position -= 1
            raise self.unexpected()
        return lexeme.text

    def subscript(self) -> Part:
        lexeme = self.take()
        part: Part
        if lexeme.token is Token.STRING:
            part = lexeme.text
        elif lexeme.token is Token.NUMBER and "." not in lexeme.text:
            part = int(lexeme.text)
        else:
            self.position -= 1
            raise self.unexpected()
        if not self.accept("]"):
            raise self.unexpected()
        return part

    def unexpected(self) -> ExpressionError:
        found = self.current.text or "the end"
        return ExpressionError(
            f"“{self.source.strip()[:80]}” cannot be read: {found} is not expected there.",
            fix="Pick the value from the list of earlier steps again.",
        )
