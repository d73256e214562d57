"""Asks several models, or one several times, and goes by what most of them say."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from runtime.providers.protocols import ChatReply, ChatRequest
from runtime.providers.talk import altogether, question
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
    NotNowError,
    OnUnknown,
    Output,
    Policy,
    Port,
    Retry,
    field,
)
from runtime.sdk.node import Finding
from runtime.sdk.texts import Text

AGREED, DIVIDED = "agreed", "divided"
MOST_VOICES = 25


class Voice(NodeParams):
    """One model that is asked, and how many times."""

    model: str | None = field(Kind.MODEL, None, label="Model")
    times: int = field(Kind.INTEGER, 1, label="Times", ge=1, le=MOST_VOICES)


class Ensemble(Node):
    """Ask several models the same and go by the answer that most of them give."""

    type, version = "ai.ensemble", 1
    name, category, icon = "Let models vote", "AI", "users"
    keywords = ("ensemble", "vote", "consensus", "majority", "quorum", "panel", "self-consistency")
    summary = "{prompt}"
    outputs = (Port(AGREED, "Agreed"), Port(DIVIDED, "No agreement"))
    routes = True
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=180, on_unknown=OnUnknown.RETRY)

    class Params(NodeParams):
        prompt: Text = field(
            Kind.MULTILINE,
            label="What to ask",
            help="Each of them is asked the same.",
            placeholder="Is this message a complaint? {{ input.message }}",
            min_length=1,
        )
        shape: dict[str, Json] = field(
            Kind.SCHEMA,
            default_factory=dict,
            label="Fields of the answer",
            help="Few and simple ones: only answers that are equal count as one.",
        )
        vote_on: str = field(
            Kind.TEXT,
            "",
            label="Vote on the field",
            help="Empty: on the whole answer.",
            templates=False,
            max_length=120,
        )
        voices: tuple[Voice, ...] = field(
            Kind.ROWS,
            (Voice(times=3),),
            label="Who is asked",
            help="Without a model, the workspace's first one.",
            min_length=1,
            max_length=10,
            templates=False,
        )
        share: float = field(
            Kind.NUMBER,
            0.5,
            label="Agreed if more than this share says the same",
            help="0.5 is more than half. Others leave by “No agreement”.",
            ge=0,
            lt=1,
        )
        quorum: int = field(
            Kind.INTEGER,
            0,
            label="Answers that must come",
            help="0: all of them. Fewer: the step goes on without those that failed.",
            ge=0,
            le=MOST_VOICES,
            advanced=True,
        )
        tie: Literal["divided", "first"] = field(
            Kind.CHOICE,
            "divided",
            label="Where two answers have as many votes",
            choices={"divided": "There is no agreement", "first": "The one that is listed first"},
            advanced=True,
        )
        temperature: float = field(
            Kind.NUMBER,
            0.7,
            label="Freedom",
            help="0 gives much the same answer each time, so a vote tells nothing.",
            advanced=True,
            ge=0,
            le=2,
        )

    examples = (
        Example(
            "Three looks at a message",
            {
                "prompt": "Is this a complaint? {{ input.message }}",
                "shape": {
                    "type": "object",
                    "properties": {"complaint": {"type": "boolean"}},
                    "required": ["complaint"],
                    "additionalProperties": False,
                },
                "vote_on": "complaint",
            },
        ),
    )
    output_sample = {
        "vote": {
            "answer": {"complaint": True},
            "agreement": 0.67,
            "votes": [{"value": True, "count": 2}, {"value": False, "count": 1}],
            "failed": 0,
        },
    }

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        fields = params.shape.get("properties") or {}
        findings: list[Finding] = []
        if not fields:
            findings.append(("shape", "Name at least one field of the answer."))
        elif params.vote_on and isinstance(fields, dict) and params.vote_on not in fields:
            findings.append(
                (
                    "vote_on",
                    f"The answer has no field “{params.vote_on}”.",
                    "Name one of its fields.",
                )
            )
        asked = sum(voice.times for voice in params.voices)
        if asked > MOST_VOICES:
            sentence = f"{asked} answers are more than the {MOST_VOICES} that may be asked for."
            findings.append(("voices", sentence, "Ask fewer times."))
        if params.quorum > asked:
            sentence = f"Only {asked} answers are asked for."
            findings.append(("quorum", sentence, f"Choose {asked} or less."))
        return findings

    async def run(self, params: Params, ctx: Context) -> Output:
        asked = [voice.model for voice in params.voices for _ in range(voice.times)]
        told = await asyncio.gather(
            *(_ask(params, model, number, ctx) for number, model in enumerate(asked)),
            return_exceptions=True,
        )
        for one in told:
            if isinstance(one, NotNowError):
                raise one  # those who answered are not asked again
        replies = [one for one in told if isinstance(one, ChatReply)]
        failures = [one for one in told if isinstance(one, BaseException)]
        if len(replies) < (params.quorum or len(asked)):
            raise _too_few(failures, len(replies), len(asked))
        for failure in failures:
            ctx.log.warning("One of them gave no answer.", why=str(failure)[:500])
        verdict = count([reply.value for reply in replies], params.vote_on, params.tie)
        agreed = verdict.winner is not None and verdict.agreement > params.share
        before = ctx.item.json if isinstance(ctx.item.json, dict) else {"value": ctx.item.json}
        vote: Json = {
            "answer": verdict.winner,
            "agreement": round(verdict.agreement, 3),
            "votes": [dict(vote) for vote in verdict.votes],
            "failed": len(failures),
        }
        item = Item({**before, "vote": vote}, ctx.item.files)
        usage = altogether(reply.usage for reply in replies).plain()
        return Output({AGREED if agreed else DIVIDED: (item,)}, usage=usage)


async def _ask(params: Ensemble.Params, model: str | None, number: int, ctx: Context) -> ChatReply:
    request = ChatRequest(
        question(params.prompt),
        profile=model,
        schema=params.shape,
        temperature=params.temperature,
        max_tokens=512,
        part=number,
    )
    reply: ChatReply = await ctx.models.complete(request, ctx)
    return reply


def _too_few(failures: Sequence[BaseException], came: int, asked: int) -> NodeError:
    """The first failure decides whether trying again makes sense."""
    first = next((f for f in failures if isinstance(f, NodeError)), None)
    return NodeError(
        f"Only {came} of {asked} answers came: {first or failures[0]}",
        error_class=first.error_class if first else ErrorClass.OTHER,
        retryable=first.retryable if first else None,
        retry_after=first.retry_after if first else None,
        fix="Ask again, or let fewer answers be enough.",
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a vote came to: the first of the winning answers, its share, and all the counts."""

    winner: Json
    agreement: float
    votes: Sequence[Mapping[str, Json]]


def count(answers: Sequence[Json], vote_on: str, tie: str) -> Verdict:
    """Count equal answers. `winner` is None without answers, and where *divided* ends a tie."""
    ballots = [_ballot(answer, vote_on) for answer in answers]
    keys = [json.dumps(ballot, sort_keys=True, ensure_ascii=False) for ballot in ballots]
    counts = Counter(keys).most_common()  # those of equal count in the order they came
    if not counts:
        return Verdict(None, 0.0, [])
    first, most = counts[0]
    tied = len(counts) > 1 and counts[1][1] == most
    winner = None if tied and tie == "divided" else answers[keys.index(first)]
    votes = [{"value": json.loads(key), "count": number} for key, number in counts]
    return Verdict(winner, most / len(answers), votes)


def _ballot(answer: Json, vote_on: str) -> Json:
    return answer.get(vote_on) if vote_on and isinstance(answer, dict) else answer
