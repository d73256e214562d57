"""The end, as a failure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from runtime.sdk import (
    BatchNode,
    ErrorClass,
    Example,
    Item,
    Kind,
    NodeError,
    NodeParams,
    Output,
    field,
)
from runtime.sdk.texts import Text


class Stop(BatchNode):
    """End the flow as failed, with a message of your own."""

    type, version = "flow.stop", 1
    name, category, icon = "Stop with error", "Flow", "hand-stop"
    keywords = ("fail", "abort", "throw", "raise", "error", "end", "cancel")
    summary = "{message}"
    outputs = ()

    class Params(NodeParams):
        message: Text = field(
            Kind.MULTILINE,
            label="Message",
            help="Whoever looks at the run reads it, and so does whoever called the flow.",
            placeholder="Order {{ input.id }} has no address.",
            min_length=1,
            max_length=10_000,
        )
        what_to_do: Text = field(
            Kind.TEXT,
            "",
            label="What to do about it",
            help="Shown below the message.",
            max_length=2_000,
        )
        kind: Literal["other", "input", "bad_answer", "timeout"] = field(
            Kind.CHOICE,
            "other",
            label="Kind of error",
            help="Flows that handle errors can tell one kind from another by it.",
            choices={
                "other": "Not said",
                "input": "Wrong data",
                "bad_answer": "Another system answered wrongly",
                "timeout": "It took too long",
            },
            advanced=True,
        )

    examples = (
        Example(
            "An order without an address",
            {"message": "Order {{ input.id }} has no address.", "kind": "input"},
            input=[{"id": 7}],
        ),
    )

    def run_batch(
        self, params: Sequence[Any], items: Sequence[Item]
    ) -> Sequence[Output | BaseException]:
        return [_error(p) for p in params]


def _error(params: Stop.Params) -> NodeError:
    return NodeError(
        params.message,
        error_class=ErrorClass(params.kind),
        retryable=False,
        fix=params.what_to_do or None,
    )
