"""Puts documents into a collection."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from runtime.knowledge.cuts import (
    Unit,
    headings_field,
    overlap_field,
    size_field,
    splitting,
    unit_field,
    wrong_cuts,
)
from runtime.knowledge.split import Splitting, split
from runtime.providers.alike import meaning_field
from runtime.sdk import (
    Context,
    Effect,
    ErrorClass,
    Example,
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
from runtime.sdk.knowledge import KnownDocument, Passage
from runtime.sdk.meaning import Measured
from runtime.sdk.node import Finding
from runtime.sdk.texts import Pair, Text

MOST_PASSAGES = 20_000  # of one document
LONGEST_TEXT = 20_000_000  # characters
_AT_ONCE = 64  # passages measured in one go: whoever is stopped in between loses little
_CUT = "How it is cut"
_VERSION = "1"  # of how documents are cut and kept


class AddToKnowledge(Node):
    """Put a text into a collection, where flows and agents find what it says."""

    type, version = "knowledge.add", 1
    name, category, icon = "Add to knowledge", "AI", "book-upload"
    keywords = ("ingest", "index", "documents", "embed", "vector", "rag", "knowledge base", "learn")
    summary = "{title} → {collection}"
    effect = Effect.EXTERNAL
    # Doing it again replaces the document by itself, so an unknown outcome is none.
    default_policy = Policy(
        retry=Retry.network(), timeout_seconds=600, concurrency=4, on_unknown=OnUnknown.RETRY
    )

    class Params(NodeParams):
        collection: str = field(
            Kind.COLLECTION,
            label="Collection",
            help="One that is not there yet is made.",
            placeholder="Handbook",
            direction="new",
            min_length=1,
            max_length=100,
        )
        text: Text = field(
            Kind.MULTILINE,
            label="Text",
            help="Files become text by steps such as “Read a PDF”.",
            placeholder="{{ input.text }}",
        )
        title: Text = field(
            Kind.TEXT,
            "",
            label="Title",
            help="Shown where an answer names its source.",
            placeholder="{{ input.name }}",
        )
        key: Text = field(
            Kind.TEXT,
            "",
            label="What tells it from others",
            help="A number, a name or an address. The same one replaces the document; without it "
            "the address counts, else the title.",
            advanced=True,
        )
        address: Text = field(
            Kind.TEXT,
            "",
            label="Where it can be read",
            help="An address that a source leads to.",
            placeholder="https://…",
            advanced=True,
        )
        about: tuple[Pair, ...] = field(
            Kind.KEY_VALUES,
            (),
            label="What is known about it",
            help="Such as its date, kind or language: a search can be limited by it.",
            advanced=True,
        )
        size: int = size_field(section=_CUT, advanced=True)
        overlap: int = overlap_field(section=_CUT, advanced=True)
        unit: Unit = unit_field(_CUT)
        headings: bool = headings_field(_CUT)
        around: int = field(
            Kind.INTEGER,
            4_000,
            label="Part around a passage, at most",
            help="What a model can be given in the passage's stead. 0: nothing but the passage.",
            section=_CUT,
            advanced=True,
            ge=0,
            le=200_000,
        )
        measured_by: str | None = meaning_field(_CUT)

    examples = (
        Example(
            "A page of the handbook",
            {
                "collection": "Handbook",
                "text": "{{ input.text }}",
                "title": "{{ input.name }}",
            },
        ),
    )
    output_sample = {
        "collection": "Handbook",
        "key": "returns.md",
        "title": "Returns",
        "passages": 12,
        "changed": True,
    }

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        return wrong_cuts(params)

    async def run(self, params: Params, ctx: Context) -> Output:
        how = splitting(params, params.around)
        document = _document(params, how)
        told: dict[str, Json] = {
            "collection": params.collection.strip(),
            "key": document.key,
            "title": document.title,
        }
        before = await ctx.knowledge.digest(params.collection, document.key)
        if before == document.digest:
            await ctx.knowledge.put(params.collection, document, (), None)
            ctx.log.info("It has not changed since it was last read.")
            return Output.one({**told, "passages": 0, "changed": False})
        parts = _parts(params.text, how)
        meaning, usage = await _measured(parts, document.title, params.measured_by, ctx)
        await ctx.knowledge.put(params.collection, document, parts, meaning)
        return Output.one({**told, "passages": len(parts), "changed": True}, usage=usage)


def _document(params: AddToKnowledge.Params, how: Splitting) -> KnownDocument:
    title = params.title.strip() or params.address.strip() or params.key.strip()
    key = params.key.strip() or params.address.strip() or title
    if not key or not params.text.strip():
        empty = "text" if key else "title"
        raise NodeError(
            "The text is empty." if key else "The document has no title, address or key.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            field=empty,
            fix="Look at what came in: a picture of a page holds no text." if key else None,
        )
    if len(params.text) > LONGEST_TEXT:
        raise NodeError(
            f"The text is longer than {LONGEST_TEXT:,} characters.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            field="text",
            fix="Put its parts in one by one.",
        )
    about: dict[str, Json] = {pair.name: pair.value for pair in params.about if pair.name}
    whole = [_VERSION, title, params.address.strip(), params.text, about, repr(how)]
    digest = hashlib.sha256(
        json.dumps([*whole, params.measured_by], sort_keys=True).encode("utf-8", "surrogatepass")
    ).hexdigest()
    return KnownDocument(key[:300], title, params.text, digest, params.address.strip(), about)


def _parts(text: str, how: Splitting) -> list[Passage]:
    parts = [
        Passage(one.text, one.start, one.end, one.heading, one.wide_start, one.wide_end)
        for one in split(text, how)
    ]
    if len(parts) > MOST_PASSAGES:
        raise NodeError(
            f"The text has more than {MOST_PASSAGES:,} passages.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            field="size",
            fix="Make the passages larger, or put its parts in one by one.",
        )
    return parts


async def _measured(
    parts: Sequence[Passage], title: str, profile: str | None, ctx: Context
) -> tuple[Measured, Mapping[str, Json]]:
    """What all passages mean. They are measured together with what they stand under."""
    vectors: list[bytes] = []
    taken: dict[str, Any] = {}
    made: Measured | None = None
    for start in range(0, len(parts), _AT_ONCE):
        texts = [_in_place(title, part) for part in parts[start : start + _AT_ONCE]]
        made = await ctx.models.embed(texts, ctx, kind="passage", profile=profile)
        vectors.extend(made.vectors)
        taken = _added(taken, made.usage)
    if made is None:
        raise NodeError("The text is empty.", error_class=ErrorClass.INPUT, retryable=False)
    return Measured(vectors, made.model, made.dimensions, taken), taken


def _in_place(title: str, part: Passage) -> str:
    above = " › ".join(words for words in (title, part.heading) if words)
    return f"{above}\n{part.text}"


def _added(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Two usages as one: what can be counted is added."""
    if not first:
        return dict(second)
    counted = ("tokens_in", "tokens_out", "cost", "ms")
    sums = {name: (first.get(name) or 0) + (second.get(name) or 0) for name in counted}
    return {**second, **sums}
