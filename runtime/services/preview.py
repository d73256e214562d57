"""What one field would hold for sample data, resolved as a run would resolve it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from runtime.expressions import ExpressionError, Quantifier
from runtime.expressions.formula import prepare
from runtime.expressions.resolve import FORMULA, compile_value
from runtime.graph.document import Document
from runtime.registry import registry
from runtime.sdk import Json, Kind, NodeError
from runtime.sdk.conditions import compile_conditions
from runtime.sdk.params import field_kind
from runtime.services.spoken import spoken, spoken_or_none


class _SampleScope:
    """Roots from the sample: `input`, and each step's data under its key."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def root(self, name: str, quantifier: Quantifier) -> Json:
        if name == "now":
            return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
        if name not in self._data:
            raise ExpressionError(
                f"There is no data of “{name}” yet.", fix="Run the steps before.", missing=True
            )
        value: Json = self._data[name]
        return [value] if quantifier is Quantifier.ALL else value


def preview(
    document: Document, *, key: str, field: str, value: Any, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Return `{"value": …}`, or `{"error": …, "fix": …}` where it cannot be resolved."""
    spec = next((node for node in document.nodes if node.key == key), None)
    node_type = registry().get(spec.type) if spec is not None else None
    kind = (
        field_kind(node_type.Params, field.split(".", maxsplit=1)[0])
        if node_type is not None
        else None
    )
    try:
        return {"value": _resolve(value, field, kind, _SampleScope(data))}
    except NodeError as error:
        return {"error": spoken(error.message), "fix": spoken_or_none(error.fix)}
    except ValidationError as error:
        return {"error": spoken(str(error.errors()[0]["msg"])), "fix": None}


def _resolve(value: Any, field: str, kind: Kind | None, scope: _SampleScope) -> Json:
    if isinstance(value, dict) and isinstance(value.get(FORMULA), str):
        return _formula(value[FORMULA], scope)
    compiled, errors = compile_value(value, field, lenient=kind is Kind.CONDITIONS)
    if errors:
        raise errors[0]
    resolved = compiled.resolve(scope)[field]
    if kind is Kind.CONDITIONS and isinstance(resolved, dict):
        return compile_conditions(resolved).judge()
    return resolved


def _formula(source: str, scope: _SampleScope) -> Json:
    from runtime.sandbox.pool import shared_sandbox

    prepared = prepare(source)
    variables = {
        name: scope.root(root, Quantifier(quantifier))
        for name, (root, quantifier) in prepared.variables.items()
    }
    answer = asyncio.run(shared_sandbox().formulas([prepared.code], [variables]))[0][0]
    if isinstance(answer, Exception):
        raise ExpressionError(f"The formula failed: {answer}")
    return answer
