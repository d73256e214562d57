"""Formulas: a Python expression prepared for the sandbox. Only reads its syntax, never runs it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from runtime.expressions.errors import ExpressionError
from runtime.expressions.scope import Quantifier

MAX_FORMULA = 10_000
HELPERS = frozenset({"IF", "ROUND", "TODAY", "SUM", "AVERAGE", "COUNT", "TEXT", "NUMBER", "CONCAT"})
_BUILTINS = frozenset(
    {
        "len",
        "str",
        "int",
        "float",
        "bool",
        "round",
        "abs",
        "min",
        "max",
        "sum",
        "sorted",
        "list",
        "dict",
        "range",
        "any",
        "all",
        "enumerate",
        "zip",
        "reversed",
        "set",
        "tuple",
        "isinstance",
        "True",
        "False",
        "None",
    }
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """`code` is ready for the sandbox; `variables` are the names it needs and what they mean."""

    code: str
    variables: dict[str, tuple[str, str]]


def prepare(source: str) -> Prepared:
    """Turn `order.total * 2` into code over plain data; raises ExpressionError.

    Data has no attributes in Python, so dotted paths become subscripts; `step.first` and
    `step.all` become variables of their own.
    """
    if len(source) > MAX_FORMULA:
        raise ExpressionError(f"A formula may have {MAX_FORMULA:,} characters.")
    try:
        tree = ast.parse(source.strip(), mode="eval")
        bound = _bound_names(tree)
        rewriter = _Rewriter(bound)
        code = ast.unparse(ast.fix_missing_locations(rewriter.visit(tree)))
    except SyntaxError as error:
        raise ExpressionError(
            f"The formula cannot be read: {error.msg}.",
            fix="Write it as in a spreadsheet, for example = input.price * 1.19.",
        ) from None
    except (RecursionError, ValueError, MemoryError):
        raise ExpressionError("The formula is too deeply nested.") from None
    return Prepared(code, rewriter.variables)


def _bound_names(tree: ast.AST) -> frozenset[str]:
    """Names the formula makes itself: of comprehensions and lambdas."""
    names = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    names |= {a.arg for n in ast.walk(tree) if isinstance(n, ast.Lambda) for a in n.args.args}
    return frozenset(names)


class _Rewriter(ast.NodeTransformer):
    def __init__(self, bound: frozenset[str]) -> None:
        self.own = bound | HELPERS | _BUILTINS
        self.variables: dict[str, tuple[str, str]] = {}

    def visit_Call(self, node: ast.Call) -> ast.AST:
        # The last name of a called path is a method of the value, as in input.name.upper().
        if isinstance(node.func, ast.Attribute):
            node.func.value = self.visit(node.func.value)
        else:
            node.func = self.visit(node.func)
        node.args = [self.visit(argument) for argument in node.args]
        node.keywords = [self.visit(keyword) for keyword in node.keywords]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        value = node.value
        chosen = node.attr in (Quantifier.FIRST, Quantifier.ALL)
        if chosen and isinstance(value, ast.Name) and value.id not in self.own | {"input"}:
            return self._variable(value.id, node.attr)
        inner = self.visit(node.value)
        return ast.Subscript(inner, ast.Constant(node.attr), ast.Load())

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.own or not isinstance(node.ctx, ast.Load):
            return node
        return self._variable(node.id, Quantifier.MATCHING)

    def _variable(self, root: str, quantifier: str) -> ast.Name:
        name = root if quantifier == Quantifier.MATCHING else f"{root}__{quantifier}"
        self.variables[name] = (root, str(quantifier))
        return ast.Name(name, ast.Load())
