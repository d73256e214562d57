"""Lets a model judge candidates by named criteria, without favour for who comes first."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from runtime.guarding.ranking import (
    HIGHEST,
    letters,
    of_pairs,
    pairs,
    ranked,
    rounded,
    shuffled,
    weighted,
)
from runtime.providers.judging import decided
from runtime.providers.protocols import Usage
from runtime.providers.talk import Asking, altogether
from runtime.sdk import (
    Context,
    Effect,
    ErrorClass,
    Example,
    Item,
    Json,
    Kind,
    Mode,
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
from runtime.sdk.paths import FieldName, field_of
from runtime.sdk.values import as_text

GOOD, NOT_GOOD = "good", "not_good"
MOST_CANDIDATES = 30
MOST_IN_PAIRS = 10  # 45 questions
AT_ONCE = 5
_SCORE = (
    "You judge candidates by criteria. Give each candidate for each criterion a score from 0 "
    "(fails) to 10 (perfect), and one sentence why. Their order and their length mean nothing."
)
_PAIR = (
    "You compare two candidates by criteria. Say for each criterion which is better, first, "
    "second, or equal, and one sentence why. Their order and their length mean nothing."
)


class Criterion(NodeParams):
    """What is looked at, and how much it counts."""

    name: str = field(Kind.TEXT, "", label="Criterion", templates=False, max_length=60)
    about: str = field(
        Kind.TEXT,
        "",
        label="What is good",
        placeholder="Answers the question, in at most three sentences",
        templates=False,
        max_length=500,
    )
    weight: float = field(Kind.NUMBER, 1, label="Weight", gt=0, le=100, templates=False)


class Judge(Node):
    """Let a model judge candidates by criteria, and rank them."""

    type, version = "ai.judge", 1
    name, category, icon = "Judge", "AI", "scale"
    keywords = ("rank", "score", "compare", "evaluate", "best of", "criteria", "quality", "review")
    mode = Mode.ALL
    outputs = (Port(GOOD, "Good enough"), Port(NOT_GOOD, "Not good enough"))
    routes = True
    fails_by = NOT_GOOD
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=300, on_unknown=OnUnknown.RETRY)

    class Params(Asking):
        candidates: Literal["items", "field"] = field(
            Kind.CHOICE,
            "items",
            label="The candidates are",
            choices={"items": "The items", "field": "A list in each item"},
        )
        field_name: FieldName = field(
            Kind.TEXT,
            "",
            label="Field",
            help="Of an item that is a candidate: what is judged; empty means all of it. Else: the "
            "list.",
            placeholder="text",
            templates=False,
        )
        task: str = field(
            Kind.MULTILINE,
            "",
            label="What they are for",
            placeholder="An answer to a customer who asks where the parcel is.",
            templates=False,
            max_length=4_000,
        )
        criteria: tuple[Criterion, ...] = field(
            Kind.ROWS,
            (Criterion(name="Quality", about="Fits what it is for"),),
            label="Criteria",
            templates=False,
            min_length=1,
            max_length=12,
        )
        way: Literal["score", "pairs"] = field(
            Kind.CHOICE,
            "score",
            label="How",
            choices={
                "score": "Scores for all of them at once",
                "pairs": "Each against each, two at a time",
            },
            help="In pairs is fairer and costs more: one question for each pair.",
        )
        enough: float = field(
            Kind.NUMBER,
            6,
            label="Good enough from",
            help="From 0 to 10. In pairs, the score is the share of comparisons that it won.",
            ge=0,
            le=10,
            templates=False,
        )
        seed: int = field(
            Kind.INTEGER,
            1,
            label="Number that draws the order",
            help="Candidates are shown in a drawn order. The same number draws the same again.",
            advanced=True,
            ge=0,
            le=1_000_000,
            templates=False,
        )

    examples = (
        Example(
            "The best of several answers",
            {
                "field_name": "text",
                "task": "An answer to a customer who asks where the parcel is.",
                "criteria": [
                    {"name": "Helpful", "about": "Says what happens next", "weight": 2},
                    {"name": "Kind", "about": "Is friendly, without empty words"},
                ],
            },
        ),
        Example(
            "A list, in pairs", {"candidates": "field", "field_name": "drafts", "way": "pairs"}
        ),
    )
    output_sample = {
        "best": {"text": "It left us on Monday and is with you on Wednesday."},
        "score": 8.5,
        "why": "It says what happens next.",
        "tied": False,
        "ranking": [
            {
                "place": 1,
                "number": 1,
                "score": 8.5,
                "by": {"Helpful": 9, "Kind": 8},
                "why": "It says what happens next.",
                "candidate": {"text": "It left us on Monday and is with you on Wednesday."},
            }
        ],
    }

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        return list(_findings(params))

    async def run(self, params: Params, ctx: Context) -> Output:
        made: dict[str, list[Item]] = {GOOD: [], NOT_GOOD: []}
        usages: list[Usage] = []
        for number, group in enumerate(_groups(params, ctx.items)):
            verdict = await _judged(params, group, number, ctx)
            usages += verdict.usages
            port = GOOD if verdict.best is not None and verdict.score >= params.enough else NOT_GOOD
            made[port].append(_item(group, verdict))
        usage = altogether(usages).plain() if usages else None
        return Output({port: items for port, items in made.items() if items}, usage=usage)


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates that are held against one another, and the items they came from."""

    candidates: Sequence[Json]
    shown: Sequence[str]
    items: Sequence[Item]
    origin: Sequence[int]
    before: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The ranking, the best one's number (None where there was none), and what it took."""

    ranking: Sequence[dict[str, Json]]
    best: int | None
    score: float
    usages: Sequence[Usage]


def _groups(params: Judge.Params, items: Sequence[Item]) -> Iterator[Group]:
    if params.candidates == "items":
        if items:
            given = [item.json for item in items]
            shown = [as_text(field_of(one, params.field_name)) for one in given]
            yield Group(given, shown, items, range(len(items)), {})
        return
    for number, item in enumerate(items):
        found = field_of(item.json, params.field_name)
        if not isinstance(found, list):
            raise NodeError(
                f"“{params.field_name}” is no list of candidates.",
                error_class=ErrorClass.INPUT,
                retryable=False,
                fix="Name a field that holds a list.",
                field="field_name",
            )
        before = item.json if isinstance(item.json, dict) else {}
        yield Group(found, [as_text(one) for one in found], [item], [number], before)


async def _judged(params: Judge.Params, group: Group, number: int, ctx: Context) -> Verdict:
    count = len(group.candidates)
    in_pairs = params.way == "pairs" and count > 1
    most = MOST_IN_PAIRS if in_pairs else MOST_CANDIDATES
    if count > most:
        raise NodeError(
            f"{count} candidates are more than the {most} that can be judged like that.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Let fewer come, or judge by scores.",
            field="way",
        )
    if count == 0:
        return Verdict((), None, 0.0, ())
    ask = _in_pairs if in_pairs else _by_scores
    by, why, usages = await ask(params, group, number, ctx)
    weights = {one.name: one.weight for one in params.criteria}
    places = ranked([weighted(scores, weights) for scores in by])
    ranking: list[dict[str, Json]] = [
        {
            "place": placed.place,
            "number": placed.number + 1,
            "score": round(placed.score, 2),
            "by": rounded(by[placed.number]),
            "why": why[placed.number],
            "candidate": group.candidates[placed.number],
        }
        for placed in places
    ]
    return Verdict(ranking, places[0].number, places[0].score, usages)


Judged = tuple[list[dict[str, float]], list[str], list[Usage]]


async def _by_scores(params: Judge.Params, group: Group, number: int, ctx: Context) -> Judged:
    """All of them in one question, in a drawn order and under letters."""
    order = shuffled(len(group.shown), f"{params.seed}/{number}")
    names = letters(len(order))
    score: Json = {"type": "number", "minimum": 0, "maximum": HIGHEST}
    each: dict[str, Json] = {one.name: score for one in params.criteria}
    asked: list[Json] = [*each, "why"]
    form: Json = {
        "type": "object",
        "properties": {**each, "why": {"type": "string"}},
        "required": asked,
        "additionalProperties": False,
    }
    text = "\n\n".join(
        f"Candidate {name}:\n{group.shown[one]}" for name, one in zip(names, order, strict=True)
    )
    answer, reply = await decided(
        _told(params, _SCORE),
        text,
        dict.fromkeys(names, form),
        params,
        ctx,
        part=number,
        max_tokens=200 + 150 * len(names),
    )
    by: list[dict[str, float]] = [{} for _ in order]
    why = [""] * len(order)
    for name, one in zip(names, order, strict=True):
        said = answer[name]
        if isinstance(said, dict):
            by[one] = {c.name: _number(said[c.name]) for c in params.criteria}
            why[one] = as_text(said["why"])
    return by, why, [reply.usage]


async def _in_pairs(params: Judge.Params, group: Group, number: int, ctx: Context) -> Judged:
    """Each against each; who is shown first is drawn."""
    verdict: Json = {"type": "string", "enum": ["first", "second", "equal"]}
    form: dict[str, Json] = {one.name: verdict for one in params.criteria}
    form["why"] = {"type": "string"}
    drawn = pairs(len(group.shown), f"{params.seed}/{number}")
    places = asyncio.Semaphore(AT_ONCE)

    async def duel(part: int, first: int, second: int) -> tuple[dict[str, Json], Usage]:
        text = f"The first:\n{group.shown[first]}\n\nThe second:\n{group.shown[second]}"
        async with places:
            answer, reply = await decided(
                _told(params, _PAIR), text, form, params, ctx, part=number * 100 + part
            )
        return answer, reply.usage

    told = await asyncio.gather(
        *(duel(part, *pair) for part, pair in enumerate(drawn)), return_exceptions=True
    )
    answers = _all_came(told)
    names = [one.name for one in params.criteria]
    duels = [
        (pair, {name: as_text(answer[name]) for name in names})
        for pair, (answer, _) in zip(drawn, answers, strict=True)
    ]
    why = [""] * len(group.shown)
    for (first, second), (answer, _) in zip(drawn, answers, strict=True):
        for one in (first, second):
            why[one] = f"{why[one]} {as_text(answer['why'])}".strip()[:1_000]
    return of_pairs(len(group.shown), duels, names), why, [usage for _, usage in answers]


def _all_came(told: Sequence[Any]) -> list[tuple[dict[str, Json], Usage]]:
    """The answers; raises the first failure, after one that only waits for a place."""
    failed = [one for one in told if isinstance(one, BaseException)]
    for one in sorted(failed, key=lambda error: not isinstance(error, NotNowError)):
        raise one
    return list(told)


def _told(params: Judge.Params, system: str) -> str:
    task = f"\n\nWhat they are for: {params.task.strip()}" if params.task.strip() else ""
    criteria = "\n".join(f"- {one.name}: {one.about or one.name}" for one in params.criteria)
    return f"{system}{task}\n\nThe criteria:\n{criteria}"


def _item(group: Group, verdict: Verdict) -> Item:
    best = verdict.best
    first = verdict.ranking[0] if verdict.ranking else {}
    tied = [one for one in verdict.ranking if one["place"] == 1]
    made: dict[str, Json] = {
        **group.before,
        "best": None if best is None else group.candidates[best],
        "score": round(verdict.score, 2),
        "why": first.get("why", "There was nothing to judge."),
        "tied": len(tied) > 1,
        "ranking": list(verdict.ranking),
    }
    source = group.items[best] if best is not None and len(group.items) > 1 else group.items[0]
    return Item(made, source.files, group.origin)


def _number(value: Json) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _findings(params: Judge.Params) -> Iterator[Finding]:
    if params.candidates == "field" and not params.field_name:
        yield "field_name", "No field is named.", "Write the name of the field with the list."
    names = Counter(one.name.strip() for one in params.criteria)
    for number, one in enumerate(params.criteria):
        where = f"criteria.{number}.name"
        if not one.name.strip():
            yield where, f"Criterion number {number + 1} has no name.", "Name it."
        elif names[one.name.strip()] > 1:
            yield where, f"Two criteria are called “{one.name}”.", "Rename one."
        elif one.name.strip().lower() == "why":
            yield where, "“why” is the name of the reason.", "Call it something else."
