"""Asks a model that is made for one thing, wherever it is served."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from runtime.providers.talk import NotFittingError, fitting
from runtime.sdk import (
    Context,
    Effect,
    ErrorClass,
    Example,
    Item,
    Json,
    Kind,
    Node,
    NodeError,
    NodeParams,
    OnUnknown,
    Output,
    Policy,
    Retry,
    field,
)
from runtime.sdk.answers import read_json
from runtime.sdk.node import Finding
from runtime.sdk.paths import FieldName, field_of
from runtime.sdk.statuses import refuse_bad_status
from runtime.sdk.texts import Text
from runtime.sdk.values import as_text

_LONGEST = 86_400.0  # the step's own time limit decides


class Endpoint(Node):
    """Ask a model made for one thing (a forecast, a score, a class) that is served over HTTP."""

    type, version = "ai.endpoint", 1
    name, category, icon = "Ask a model service", "AI", "cloud"
    keywords = ("machine learning", "ml", "predict", "inference", "sklearn", "score", "endpoint")
    summary = "{url}"
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=120, on_unknown=OnUnknown.RETRY)
    usable_as_tool = True

    class Params(NodeParams):
        url: Text = field(
            Kind.TEXT,
            label="Address",
            placeholder="https://models.example.com/churn/predict",
            min_length=1,
        )
        credential: str | None = field(
            Kind.CREDENTIAL,
            None,
            label="Connection",
            help="Signs the request. Without one it is sent as it is.",
        )
        given: Json = field(
            Kind.JSON,
            None,
            label="What it is given",
            help="Sent as JSON. Empty: the item itself.",
            placeholder="{{ input }}",
        )
        takes: dict[str, Json] = field(
            Kind.SCHEMA,
            default_factory=dict,
            label="Fields it takes",
            help="What does not fit is not sent: the step says which field is wrong.",
        )
        answer_at: FieldName = field(
            Kind.TEXT,
            "",
            label="Where the answer is",
            help="Its name in what comes back; a dot leads inside: predictions.0. Empty: all of "
            "it.",
            placeholder="predictions.0",
            templates=False,
            max_length=200,
        )
        gives: dict[str, Json] = field(
            Kind.SCHEMA,
            default_factory=dict,
            label="Fields it gives",
            help="An answer that does not have them is a failure, and no later step is misled.",
        )
        name: FieldName = field(
            Kind.TEXT,
            "answer",
            label="Name of the answer",
            help="It is added to the item under this name.",
            templates=False,
            min_length=1,
            max_length=100,
        )

    examples = (
        Example(
            "Will the customer stay?",
            {
                "url": "https://models.example.com/churn/predict",
                "given": {"orders": "{{ input.orders }}", "months": "{{ input.months }}"},
                "answer_at": "predictions.0",
                "gives": {
                    "type": "object",
                    "properties": {"stays": {"type": "number"}},
                    "required": ["stays"],
                },
            },
        ),
    )
    output_sample = {"orders": 7, "months": 12, "answer": {"stays": 0.83}}

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    @classmethod
    def check_as_tool(cls, raw: Mapping[str, Any], filled: Collection[str]) -> Sequence[Finding]:
        if "url" in filled:
            return [
                (
                    "url",
                    "The model chooses the address, so it could send your data anywhere.",
                    "Write the address yourself.",
                )
            ]
        return ()

    async def run(self, params: Params, ctx: Context) -> Output:
        given = ctx.item.json if params.given is None else params.given
        text = json.dumps(given, ensure_ascii=False)
        if params.takes:
            _held(text, params.takes, "What the service is given does not fit", _unfit_input)
        reply = await ctx.http.request(
            "POST",
            params.url,
            headers={"Content-Type": "application/json", "Idempotency-Key": ctx.idempotency_key},
            body=text.encode(),
            credential=params.credential,
            timeout_seconds=_LONGEST,
        )
        refuse_bad_status(reply, ctx.now)
        answer = field_of(read_json(reply.content), params.answer_at)
        if params.answer_at and answer is None:
            raise _unfit_answer(f"There is no “{params.answer_at}” in the service's answer.")
        if params.gives:
            text = json.dumps(answer, ensure_ascii=False)
            _held(text, params.gives, "The service's answer does not fit", _unfit_answer)
        before = ctx.item.json if isinstance(ctx.item.json, dict) else {"value": ctx.item.json}
        return Output.items([Item({**before, as_text(params.name): answer}, ctx.item.files)])


def _held(text: str, schema: Mapping[str, Json], said: str, problem: Any) -> None:
    try:
        fitting(text, schema)
    except NotFittingError as why:
        raise problem(f"{said}. {why}") from None


def _unfit_input(message: str) -> NodeError:
    return NodeError(
        message,
        error_class=ErrorClass.INPUT,
        retryable=False,
        fix="Look at the fields under “What it is given”.",
        field="given",
    )


def _unfit_answer(message: str) -> NodeError:
    return NodeError(
        message,
        error_class=ErrorClass.BAD_ANSWER,
        fix="Look at what the service sends, and at “Fields it gives”.",
    )
