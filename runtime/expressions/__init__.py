"""Templates, conditions and their resolving. Pure; user text is data here, never code."""

from runtime.expressions.errors import ExpressionError
from runtime.expressions.resolve import CompiledParams, Formula, compile_params
from runtime.expressions.scope import Quantifier, Scope
from runtime.expressions.template import Template, parse_template

__all__ = [
    "CompiledParams",
    "ExpressionError",
    "Formula",
    "Quantifier",
    "Scope",
    "Template",
    "compile_params",
    "parse_template",
]
