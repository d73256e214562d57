"""From a planned node's compiled params to the validated params of one item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from runtime.engine.ports import World
from runtime.engine.scope import ItemScope
from runtime.expressions import ExpressionError, Quantifier
from runtime.expressions.formula import Prepared, prepare
from runtime.graph.plan import PlanNode
from runtime.sdk import ErrorClass, Json, NodeError, NodeParams

Values = Mapping[str, Json]


def validated(node: PlanNode, values: Mapping[str, object]) -> NodeParams:
    """Check resolved values against the node's params; raises NodeError naming the field."""
    try:
        return node.type.Params.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise NodeError(
            f"The setting “{field}” does not fit: {first['msg']}.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Look at the data that goes into it.",
            field=field,
        ) from None


def resolve_one(node: PlanNode, scope: ItemScope, formulas: Values | None = None) -> Values:
    """Plain values for one item; raises ExpressionError."""
    return node.params.resolve(scope, formulas)


async def resolve_formulas(
    node: PlanNode, scopes: Sequence[ItemScope], world: World
) -> list[Values | NodeError]:
    """All formulas of a node for all items, in one call to the sandbox."""
    try:
        prepared = [prepare(f.source) for f in node.params.formulas]
    except ExpressionError as error:
        return [error for _ in scopes]
    variables: list[Mapping[str, Json] | NodeError] = [_variables(prepared, s) for s in scopes]
    good = [v for v in variables if not isinstance(v, NodeError)]
    answers = iter(await world.formulas([p.code for p in prepared], good) if good else ())
    return [v if isinstance(v, NodeError) else _values(node, next(answers)) for v in variables]


def _variables(prepared: Sequence[Prepared], scope: ItemScope) -> Mapping[str, Json] | NodeError:
    found: dict[str, Json] = {}
    for formula in prepared:
        for variable, (root, quantifier) in formula.variables.items():
            if variable in found:
                continue
            try:
                found[variable] = scope.root(root, Quantifier(quantifier))
            except ExpressionError as error:
                return error
    return found


def _values(node: PlanNode, answers: Sequence[Json | Exception]) -> Values | NodeError:
    values: dict[str, Json] = {}
    for formula, answer in zip(node.params.formulas, answers, strict=True):
        if isinstance(answer, Exception):
            return NodeError(
                f"The formula in “{formula.field}” failed: {answer}",
                error_class=ErrorClass.CODE,
                retryable=False,
                fix="Check the formula against the data shown beside it.",
                field=formula.field,
            )
        values[formula.field] = answer
    return values
