"""The values inside the frames, besides the sdk's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from runtime.sdk import ErrorClass, Item, Json, NodeError, Resumed


class Attempt(TypedDict):
    """Everything a child needs to make one attempt."""

    params: dict[str, Any]
    items: Sequence[Item]
    inputs: Mapping[str, Sequence[Item] | None]
    position: int
    number: int
    idempotency_key: str
    run_id: str
    flow_id: str
    callback_url: str | None
    resumed: Resumed | None


class Error(TypedDict):
    """A NodeError taken apart; exceptions themselves do not travel."""

    message: str
    error_class: str
    retryable: bool | None
    retry_after: float | None
    status: int | None
    fix: str | None
    field: str | None


class Call(TypedDict):
    """A method of the context that the worker shall call."""

    number: int
    method: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class Answer(TypedDict):
    """What came of a call: a value or an error."""

    number: int
    value: Any
    error: Error | None


class Line(TypedDict):
    """A line for the step's log."""

    level: str
    message: str
    data: Mapping[str, Json]


def take_apart(error: NodeError) -> Error:
    """For the way through a pipe."""
    return {
        "message": error.message,
        "error_class": error.error_class.value,
        "retryable": error.retryable,
        "retry_after": error.retry_after,
        "status": error.status,
        "fix": error.fix,
        "field": error.field,
    }


def put_together(error: Error) -> NodeError:
    """As it was raised on the other side."""
    return NodeError(
        error["message"],
        error_class=ErrorClass(error["error_class"]),
        retryable=error["retryable"],
        retry_after=error["retry_after"],
        status=error["status"],
        fix=error["fix"],
        field=error["field"],
    )
