"""Holds what an answer claims against the sources it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.guarding.claims import (
    MOST_CLAIMS,
    Held,
    by_words,
    claims_of,
    missing_facts,
    sources_of,
)
from runtime.providers.judging import decided
from runtime.providers.talk import Asking
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
    OnUnknown,
    Output,
    Policy,
    Port,
    Retry,
    field,
)
from runtime.sdk.node import Finding
from runtime.sdk.texts import Text

SUPPORTED, NOT_SUPPORTED = "supported", "not_supported"
MOST_CHARACTERS = 1_000_000  # of all sources
_SYSTEM = (
    "You check claims against numbered sources. For each claim, in order, give the number of a "
    "source that says it, or 0 where none does. Knowledge of your own does not count."
)


class Grounded(Node):
    """Check that the sources say what an answer claims."""

    type, version = "ai.grounded", 1
    name, category, icon = "Check against sources", "AI", "quote"
    keywords = ("grounded", "hallucination", "citation", "facts", "rag", "evidence", "verify")
    summary = "{answer}"
    outputs = (Port(SUPPORTED, "Supported"), Port(NOT_SUPPORTED, "Not supported"))
    routes = True
    fails_by = NOT_SUPPORTED
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=180, on_unknown=OnUnknown.RETRY)
    usable_as_tool = True
    tells = "grounded"

    class Params(Asking):
        answer: Text = field(
            Kind.MULTILINE,
            label="Answer",
            help="What is to be checked, sentence by sentence.",
            placeholder="{{ input.text }}",
        )
        sources: Json = field(
            Kind.JSON,
            None,
            label="Sources",
            help="A text, a list of texts, or a list of objects with a field “text”.",
            placeholder="{{ input.sources }}",
        )
        by: Literal["words", "model"] = field(
            Kind.CHOICE,
            "words",
            label="Judged by",
            choices={
                "words": "Numbers, dates, names and words",
                "model": "A model; numbers and dates must occur all the same",
            },
            help="Words cost nothing and are strict: they know no other way to say the same.",
        )
        least: float = field(
            Kind.NUMBER,
            1,
            label="Share of claims that must be supported",
            help="1: all of them.",
            gt=0,
            le=1,
            advanced=True,
            templates=False,
        )

    examples = (
        Example(
            "An answer about an order",
            {"answer": "{{ input.text }}", "sources": "{{ input.sources }}"},
            input=[
                {
                    "text": "Order 17 left us on 3 March 2026. It weighs 9 kg.",
                    "sources": ["Order 17: left us on 2026-03-03, weight 4 kg."],
                }
            ],
            output={
                "not_supported": [
                    {
                        "text": "Order 17 left us on 3 March 2026. It weighs 9 kg.",
                        "sources": ["Order 17: left us on 2026-03-03, weight 4 kg."],
                        "grounded": {
                            "share": 0.5,
                            "claims": [
                                {
                                    "claim": "Order 17 left us on 3 March 2026.",
                                    "source": 1,
                                    "says": "source 1",
                                },
                                {
                                    "claim": "It weighs 9 kg.",
                                    "source": None,
                                    "says": "nothing supports it",
                                    "missing": ["9"],
                                },
                            ],
                        },
                    }
                ]
            },
        ),
        Example(
            "By a model",
            {"answer": "{{ input.text }}", "sources": "{{ input.sources }}", "by": "model"},
        ),
    )
    output_sample = {
        "text": "Order 17 left us on Monday.",
        "grounded": {
            "share": 1,
            "claims": [
                {"claim": "Order 17 left us on Monday.", "source": 1, "says": "source 1"},
            ],
        },
    }

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        if params.sources is None:
            return [("sources", "There are no sources.", "Put in what the answer was made from.")]
        return ()

    async def run(self, params: Params, ctx: Context) -> Output:
        claims, sources = claims_of(params.answer), sources_of(params.sources)
        if len(claims) > MOST_CLAIMS:
            raise _too_much(f"The answer makes more than {MOST_CLAIMS} claims.", "answer")
        if sum(map(len, sources)) > MOST_CHARACTERS:
            message = f"The sources are longer than {MOST_CHARACTERS:,} characters together."
            raise _too_much(message, "sources")
        usage = None
        if params.by == "words" or not claims or not sources:
            held = by_words(claims, sources)
        else:
            held, usage = await _by_model(params, claims, sources, ctx)
        # An answer that claims nothing, and one without sources, is not supported by anything.
        share = sum(one.source is not None for one in held) / len(held) if held else 0.0
        verdict: dict[str, Json] = {
            "share": round(share, 3),
            "claims": [one.plain() for one in held],
        }
        before = ctx.item.json if isinstance(ctx.item.json, dict) else {"value": ctx.item.json}
        item = Item({**before, "grounded": verdict}, ctx.item.files)
        port = SUPPORTED if share >= params.least else NOT_SUPPORTED
        return Output({port: (item,)}, usage=usage)


def _too_much(message: str, setting: str) -> NodeError:
    return NodeError(
        message,
        error_class=ErrorClass.INPUT,
        retryable=False,
        fix="Check it in parts.",
        field=setting,
    )


async def _by_model(
    params: Grounded.Params, claims: Sequence[str], sources: Sequence[str], ctx: Context
) -> tuple[list[Held], dict[str, Json] | None]:
    """What a model says of the claims whose numbers and dates occur; the others need no asking."""
    missing = dict(zip(claims, missing_facts(claims, sources), strict=True))
    asked = list(dict.fromkeys(claim for claim in claims if not missing[claim]))
    found: dict[str, int] = {}
    usage = None
    if asked:
        number: Json = {"type": "integer", "minimum": 0, "maximum": len(sources)}
        form: Json = {
            "type": "array",
            "items": number,
            "minItems": len(asked),
            "maxItems": len(asked),
        }
        listed = "\n\n".join(f"Source {n}:\n{text}" for n, text in enumerate(sources, 1))
        told = "\n".join(f"{n}. {claim}" for n, claim in enumerate(asked, 1))
        answer, reply = await decided(
            _SYSTEM, f"{listed}\n\nThe claims:\n{told}", {"sources": form}, params, ctx
        )
        named = answer["sources"]
        numbers = [int(n) for n in named if isinstance(n, int)] if isinstance(named, list) else []
        found = dict(zip(asked, numbers, strict=True))
        usage = reply.usage.plain()
    return [Held(claim, found.get(claim) or None, missing[claim]) for claim in claims], usage
