"""Keeps harmful content out, by words, by a model, or by a service that was made for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from runtime.guarding.harm import scores
from runtime.providers.judging import decided
from runtime.providers.talk import Asking
from runtime.sdk import (
    Context,
    Effect,
    ErrorClass,
    Example,
    HttpReply,
    Item,
    Json,
    Kind,
    Node,
    NodeError,
    NodeParams,
    OnUnknown,
    Output,
    Policy,
    Port,
    Retry,
    field,
)
from runtime.sdk.node import Finding
from runtime.sdk.statuses import refuse_bad_status
from runtime.sdk.texts import Text

FINE, FLAGGED = "fine", "flagged"
MOST_CHARACTERS = 1_000_000
Category = Literal["violence", "hate", "sexual", "self-harm", "harassment", "illegal"]
_CATEGORIES = {
    "violence": "Violence",
    "hate": "Hate",
    "sexual": "Sexual content",
    "self-harm": "Self-harm",
    "harassment": "Harassment",
    "illegal": "Illegal acts",
}
_MEANT = {
    "violence": "threats, or delight in hurting people",
    "hate": "contempt for people because of origin, faith, sex, disability and the like",
    "sexual": "sexual acts, or requests for them",
    "self-harm": "wishes, plans or instructions to hurt or kill oneself",
    "harassment": "insults and attacks on a person",
    "illegal": "help with crimes: weapons, drugs, fraud, break-ins, malware",
}
# As OpenAI's moderations API calls them; what comes after a slash belongs to it.
_THEIRS = {"illegal": "illicit"}
_SYSTEM = (
    "You moderate texts. For each category say from 0 (not at all) to 1 (certainly) whether the "
    "text itself is harmful in that way. News, help, history and quotes are not."
)


class Limit(NodeParams):
    """A category, and from which score on it counts."""

    category: Category = field(
        Kind.CHOICE, "violence", label="Kind of content", choices=_CATEGORIES
    )
    at: float = field(
        Kind.NUMBER,
        0.5,
        label="Counts from",
        help="From 0 to 1. A smaller number lets less pass.",
        gt=0,
        le=1,
        templates=False,
    )


class Moderate(Node):
    """Tell harmful texts from others, and send them another way."""

    type, version = "ai.moderate", 1
    name, category, icon = "Moderate", "AI", "flag"
    keywords = ("moderation", "harmful", "toxic", "safety", "violence", "hate", "abuse", "filter")
    summary = "{text}"
    outputs = (Port(FINE, "Fine"), Port(FLAGGED, "Flagged"))
    routes = True
    fails_by = FLAGGED
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=120, on_unknown=OnUnknown.RETRY)
    usable_as_tool = True

    class Params(Asking):
        text: Text = field(
            Kind.MULTILINE,
            label="Text",
            help="What a person wrote, or what a model is about to say.",
            placeholder="{{ input.message }}",
        )
        by: Literal["words", "model", "endpoint"] = field(
            Kind.CHOICE,
            "words",
            label="Judged by",
            choices={
                "words": "Words (English and German)",
                "model": "A model",
                "endpoint": "A moderation service",
            },
            help="Words find only what is said in the usual ways. A model or a service also finds "
            "what is meant.",
        )
        categories: tuple[Limit, ...] = field(
            Kind.ROWS,
            tuple(Limit(category=name) for name in _MEANT),  # type: ignore[arg-type]
            label="Looks for",
            templates=False,
            min_length=1,
            max_length=12,
        )
        url: Text = field(
            Kind.TEXT,
            "https://api.openai.com/v1/moderations",
            label="Address of the service",
            help="Any that speaks OpenAI's moderations API.",
            show_if=("by", ["endpoint"]),
        )
        credential: str | None = field(
            Kind.CREDENTIAL,
            None,
            label="Connection",
            help="With the key of the service.",
            show_if=("by", ["endpoint"]),
        )
        service_model: str = field(
            Kind.TEXT,
            "omni-moderation-latest",
            label="Its model",
            show_if=("by", ["endpoint"]),
            templates=False,
            max_length=120,
        )

    examples = (
        Example(
            "A threat",
            {"text": "{{ input.message }}"},
            input=[{"message": "I will kill you."}, {"message": "This phone is a killer!"}],
            output={
                "flagged": [
                    {
                        "message": "I will kill you.",
                        "moderation": {
                            "flagged": ["violence"],
                            "scores": {
                                "violence": 0.9,
                                "hate": 0.0,
                                "sexual": 0.0,
                                "self-harm": 0.0,
                                "harassment": 0.0,
                                "illegal": 0.0,
                            },
                        },
                    }
                ],
                "fine": [
                    {
                        "message": "This phone is a killer!",
                        "moderation": {"flagged": [], "scores": dict.fromkeys(_MEANT, 0.0)},
                    }
                ],
            },
        ),
        Example("By a model", {"text": "{{ input.message }}", "by": "model"}),
    )
    output_sample = {
        "message": "I will kill you.",
        "moderation": {"flagged": ["violence"], "scores": {"violence": 0.9}},
    }

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        return list(_findings(params))

    async def run(self, params: Params, ctx: Context) -> Output:
        if len(params.text) > MOST_CHARACTERS:
            raise NodeError(
                f"The text is longer than {MOST_CHARACTERS:,} characters, so it was not judged.",
                error_class=ErrorClass.INPUT,
                retryable=False,
                fix="Cut it into parts before this step.",
                field="text",
            )
        found, usage = await _judged(params, ctx)
        limits = {limit.category: limit.at for limit in params.categories}
        flagged: list[Json] = [name for name, at in limits.items() if found[name] >= at]
        if flagged:
            ctx.log.info("The text was flagged.", categories=flagged)
        shown: dict[str, Json] = {name: round(found[name], 3) for name in limits}
        before = ctx.item.json if isinstance(ctx.item.json, dict) else {"value": ctx.item.json}
        verdict: Json = {"flagged": flagged, "scores": shown}
        item = Item({**before, "moderation": verdict}, ctx.item.files)
        return Output({FLAGGED if flagged else FINE: (item,)}, usage=usage)


Scores = Mapping[str, float]


async def _judged(params: Moderate.Params, ctx: Context) -> tuple[Scores, dict[str, Json] | None]:
    """A score for every category that is looked for; raises NodeError where one is missing."""
    if params.by == "words":
        return scores(params.text), None
    names = list(dict.fromkeys(limit.category for limit in params.categories))
    if params.by == "endpoint":
        return _read(await _sent(params, ctx), names, ctx), None
    listed = "\n".join(f"- {name}: {_MEANT[name]}" for name in names)
    form: dict[str, Json] = {name: {"type": "number", "minimum": 0, "maximum": 1} for name in names}
    answer, reply = await decided(
        f"{_SYSTEM}\n\nThe categories:\n{listed}", params.text, form, params, ctx
    )
    return {name: _number(answer[name]) for name in names}, reply.usage.plain()


async def _sent(params: Moderate.Params, ctx: Context) -> HttpReply:
    asked = {"input": params.text, "model": params.service_model}
    headers = {"Content-Type": "application/json", "Idempotency-Key": ctx.idempotency_key}
    return await ctx.http.request(
        "POST",
        params.url,
        headers=headers,
        body=json.dumps(asked).encode(),
        credential=params.credential,
        follow_redirects=False,
    )


def _read(reply: HttpReply, names: Sequence[str], ctx: Context) -> Scores:
    """The scores of the service's answer. What it does not say is no zero: it is a failure."""
    refuse_bad_status(reply, ctx.now)
    try:
        told = json.loads(reply.content)["results"][0]["category_scores"]
        theirs = {str(name): _number(score) for name, score in told.items()}
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise NodeError(
            "The answer of the moderation service cannot be read.",
            error_class=ErrorClass.BAD_ANSWER,
            fix="Check the address: it must speak OpenAI's moderations API.",
        ) from None
    return {name: _of_service(theirs, name) for name in names}


def _of_service(theirs: Mapping[str, float], name: str) -> float:
    called = _THEIRS.get(name, name)
    found = [score for theirs_name, score in theirs.items() if theirs_name.split("/")[0] == called]
    if not found:
        raise NodeError(
            f"The moderation service says nothing about “{_CATEGORIES[name]}”.",
            error_class=ErrorClass.BAD_ANSWER,
            retryable=False,
            fix="Do not look for it, or choose another model of the service.",
            field="categories",
        )
    return max(found)


def _number(value: Json) -> float:
    """A score from 0 to 1; raises ValueError, also for NaN, which no limit would stop."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("no score")
    return float(value)


def _findings(params: Moderate.Params) -> Iterator[Finding]:
    counts = Counter(limit.category for limit in params.categories)
    for number, limit in enumerate(params.categories):
        if counts[limit.category] > 1:
            where = f"categories.{number}.category"
            yield where, f"“{_CATEGORIES[limit.category]}” is there twice.", "Remove one."
    if params.by == "endpoint" and not params.credential:
        yield "credential", "The service will want a key.", "Choose a connection that has it."
