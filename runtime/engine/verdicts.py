"""Whether an *until* loop has gone round often enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from runtime.engine.decisions import JudgeRound
from runtime.expressions.resolve import compile_value
from runtime.sdk import ErrorClass, NodeError
from runtime.sdk.conditions import compile_conditions
from runtime.sdk.loop import LoopSpec

if TYPE_CHECKING:
    from runtime.engine.execution import RunExecution


def judge_round(round_: JudgeRound, spec: LoopSpec, run: RunExecution) -> bool:
    """Judge the loop's condition on the round's last item; raises NodeError."""
    position = len(round_.items) - 1 if round_.items else None
    scope = run.scope(round_.record, round_.items, position)
    compiled, errors = compile_value(spec.until or {}, "until", lenient=True)
    if errors:
        raise errors[0]
    values: Any = compiled.resolve(scope)["until"]
    try:
        return compile_conditions(values).judge()
    except ValidationError as error:
        raise NodeError(
            f"The condition of the Repeat cannot be read: {error.errors()[0]['msg']}.",
            error_class=ErrorClass.INPUT,
            retryable=False,
        ) from None
