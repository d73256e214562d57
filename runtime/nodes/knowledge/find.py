"""Finds in a collection what fits a question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from runtime.knowledge.pack import Quote, packed
from runtime.providers.alike import meaning_field
from runtime.sdk import (
    Conditions,
    Context,
    Effect,
    Example,
    Json,
    Kind,
    Node,
    NodeParams,
    OnUnknown,
    Output,
    Policy,
    Retry,
    field,
)
from runtime.sdk.knowledge import Found, Wanted
from runtime.sdk.texts import Text


class FindInKnowledge(Node):
    """Find the passages of a collection that fit a question, and where they stand."""

    type, version = "knowledge.find", 1
    name, category, icon = "Find in knowledge", "AI", "book-2"
    keywords = ("search", "retrieve", "rag", "semantic", "hybrid", "vector", "documents", "sources")
    summary = "{question} · {collection}"
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=60, on_unknown=OnUnknown.RETRY)
    usable_as_tool = True
    tells = "context"

    class Params(NodeParams):
        collection: str = field(
            Kind.COLLECTION, label="Collection", placeholder="Handbook", min_length=1
        )
        question: Text = field(
            Kind.MULTILINE,
            label="What is looked for",
            help="A question or a few words.",
            placeholder="{{ input.message }}",
            min_length=1,
        )
        how: Literal["both", "meaning", "words"] = field(
            Kind.CHOICE,
            "both",
            label="Found by",
            help="Meaning finds what is said in other words; words find names, numbers and codes.",
            choices={"both": "Meaning and words", "meaning": "Meaning", "words": "Words"},
        )
        most: int = field(Kind.INTEGER, 6, label="Passages at most", ge=1, le=50)
        wide: bool = field(
            Kind.BOOLEAN,
            False,
            label="Give the part around each passage",
            help="More to read for a model, and less that is torn out of its context.",
        )
        where: Conditions = field(
            Kind.CONDITIONS,
            default_factory=Conditions,
            label="Only in documents of which",
            help="What is known about them (such as kind), or title, key, address.",
            advanced=True,
        )
        least: float = field(
            Kind.NUMBER,
            0,
            label="How alike in meaning, at least",
            help="From 0 to 1. What stands out by its words stays.",
            advanced=True,
            ge=0,
            le=1,
        )
        most_tokens: int = field(
            Kind.INTEGER,
            2_000,
            label="Longest text for a model",
            help="In tokens, of all passages together. What does not fit is left out.",
            advanced=True,
            ge=50,
            le=1_000_000,
        )
        measured_by: str | None = meaning_field()

    examples = (
        Example(
            "What does the handbook say?",
            {"collection": "Handbook", "question": "{{ input.message }}"},
        ),
    )
    output_sample = {
        "context": "[1] Returns (read 2026-03-30)\nYou can send it back within 30 days.",
        "passages": [
            {
                "number": 1,
                "text": "You can send it back within 30 days.",
                "title": "Returns",
                "heading": "Within 30 days",
                "address": "https://shop.example.com/returns",
                "key": "returns.md",
                "start": 120,
                "end": 156,
                "alike": 0.71,
                "by": "both",
                "read": "2026-03-30T09:00:00+00:00",
            }
        ],
        "found": 1,
    }

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    async def run(self, params: Params, ctx: Context) -> Output:
        wanted = Wanted(
            params.question,
            params.how,
            params.most,
            params.least,
            params.where.model_dump(),
            params.wide,
        )
        meaning, usage = None, None
        if params.how != "words":
            meaning = await ctx.models.embed(
                [params.question], ctx, kind="query", profile=params.measured_by
            )
            usage = meaning.usage
        found = await ctx.knowledge.find(params.collection, wanted, meaning)
        context, taken = packed([_quote(one) for one in found], params.most_tokens)
        passages: list[Json] = [_shown(n, found[place]) for n, place in enumerate(taken, 1)]
        if not passages:
            ctx.log.info("Nothing in the collection fits.")
        made: dict[str, Json] = {"context": context, "passages": passages, "found": len(passages)}
        return Output.one(made, usage=dict(usage) if usage else None)


def _quote(one: Found) -> Quote:
    title = " › ".join(dict.fromkeys([one.title, *one.heading.split(" › ")])).strip(" ›")
    return Quote(title, one.text, f"read {_moment(one.read_at):%Y-%m-%d}")


def _shown(number: int, one: Found) -> Json:
    return {
        "number": number,
        "text": one.text,
        "title": one.title,
        "heading": one.heading,
        "address": one.address,
        "key": one.document,
        "start": one.start,
        "end": one.end,
        "alike": one.alike,
        "by": one.by,
        "read": _moment(one.read_at).isoformat(),
    }


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
