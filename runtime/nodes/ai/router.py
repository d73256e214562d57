"""Chooses the way on: by rules, by meaning, by a model, in this order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.providers.alike import alike, meaning_field
from runtime.providers.choose import choose
from runtime.providers.protocols import Usage
from runtime.providers.talk import Asking, altogether
from runtime.sdk import (
    Conditions,
    Context,
    Effect,
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
    Port,
    PortRows,
    Retry,
    field,
)
from runtime.sdk.conditions import Row
from runtime.sdk.node import Finding
from runtime.sdk.ports import ERROR_PORT
from runtime.sdk.texts import Text

UNSURE = "unsure"
MOST_EXITS = 30
MOST_EXAMPLES = 100


class Way(NodeParams):
    """One way on: its name, and by what it is known."""

    id: str = field(
        Kind.TEXT, label="Identifier", fresh="way_", pattern=r"^[a-z][a-z0-9_]*$", max_length=60
    )
    name: str = field(Kind.TEXT, "", label="Name", templates=False, max_length=80)
    conditions: Conditions = field(
        Kind.CONDITIONS,
        default_factory=Conditions,
        label="Rules",
        help="Items for which they hold leave here, and nothing else is asked.",
    )
    examples: tuple[str, ...] = field(
        Kind.LIST,
        (),
        label="Examples",
        help="Sentences that belong here, in any words. Three to ten of them do.",
        placeholder="My lamp does not work any more",
        templates=False,
        max_length=MOST_EXAMPLES,
    )
    about: str = field(
        Kind.TEXT,
        "",
        label="What belongs here",
        help="For the model, where one is asked.",
        placeholder="Something is broken",
        templates=False,
        max_length=500,
    )


class Router(Node):
    """Send each item on by the exit that fits: by rules, by examples, by a model."""

    type, version = "ai.router", 1
    name, category, icon = "Router", "AI", "arrow-fork"
    keywords = (
        "route",
        "branch",
        "semantic",
        "embedding",
        "intent",
        "classify",
        "similar",
        "delegate",
    )
    summary = "{text}"
    outputs = (Port(UNSURE, "Unsure"),)
    dynamic_outputs = PortRows("ways")
    routes = True
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=120, on_unknown=OnUnknown.RETRY)

    class Params(Asking):
        text: Text = field(
            Kind.MULTILINE,
            "",
            label="Text",
            help="What is compared with the examples and read by the model. Rules do without.",
            placeholder="{{ input.message }}",
        )
        ways: tuple[Way, ...] = field(
            Kind.ROWS,
            (),
            label="Exits",
            help="Rules are tried first, from the top; then examples; then a model, if you want "
            "one. A name may be changed: wires stay.",
            lenient=True,
            max_length=MOST_EXITS,
        )
        by_model: bool = field(
            Kind.BOOLEAN,
            False,
            label="Else ask a model",
            help="Where neither rules nor examples decide. Costs one call.",
        )
        alike: float = field(
            Kind.NUMBER,
            0.45,
            label="How alike an example must be",
            help="From 0 to 1. A text in other words lies at about 0.5, in much the same at 0.8.",
            ge=0,
            le=1,
            advanced=True,
        )
        margin: float = field(
            Kind.NUMBER,
            0.05,
            label="And by how much more than at the next exit",
            ge=0,
            le=1,
            advanced=True,
        )
        sure: float = field(
            Kind.NUMBER,
            0.5,
            label="How sure the model must be",
            help="From 0 to 1. An item of which it is less sure leaves by “Unsure”.",
            show_if=("by_model", [True]),
            ge=0,
            le=1,
        )
        hints: Text = field(
            Kind.MULTILINE,
            "",
            label="Hints",
            help="What else the model should know.",
            show_if=("by_model", [True]),
            advanced=True,
        )
        measured_by: str | None = meaning_field()

    examples = (
        Example(
            "Rules first, then what means the same",
            {
                "text": "{{ input.message }}",
                "ways": [
                    {
                        "id": "vip",
                        "name": "Good customers",
                        "conditions": {
                            "rows": [
                                {"left": "{{ input.orders }}", "operator": "greater", "right": 20}
                            ]
                        },
                    },
                    {
                        "id": "repairs",
                        "name": "Repairs",
                        "examples": ["My lamp does not work any more", "It arrived broken"],
                    },
                    {
                        "id": "sales",
                        "name": "Sales",
                        "examples": ["What does this cost?", "I want to order two chairs"],
                    },
                ],
            },
        ),
        Example(
            "Rules alone",
            {
                "ways": [
                    {
                        "id": "large",
                        "name": "Large",
                        "conditions": {
                            "rows": [
                                {"left": "{{ input.total }}", "operator": "greater", "right": 1000}
                            ]
                        },
                    }
                ]
            },
            input=[{"total": 2000}],
            output={
                "large": [
                    {
                        "total": 2000,
                        "chosen": {
                            "name": "Large",
                            "by": "rules",
                            "sure": 1.0,
                            "why": "2000 is greater than 1000",
                        },
                    }
                ]
            },
        ),
    )
    output_sample = {
        "chosen": {
            "name": "Repairs",
            "by": "meaning",
            "sure": 0.71,
            "why": "It is like “My lamp does not work any more”.",
        }
    }

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        return list(_findings(params))

    async def run(self, params: Params, ctx: Context) -> Output:
        found, usages = await _decided(params, ctx)
        ctx.log.info("The way was chosen.", by=found.by, exit=found.name, why=found.why)
        before = ctx.item.json if isinstance(ctx.item.json, dict) else {"value": ctx.item.json}
        chosen: Json = {"name": found.name, "by": found.by, "sure": found.sure, "why": found.why}
        item = Item({**before, "chosen": chosen}, ctx.item.files)
        usage = altogether(usages).plain() if usages else None
        return Output({found.port: (item,)}, usage=usage)


@dataclass(frozen=True, slots=True)
class Decision:
    """By which exit, what decided, how sure (0 to 1), and why. `by` is *nothing* when unsure."""

    port: str
    name: str
    by: str
    sure: float
    why: str


async def _decided(params: Router.Params, ctx: Context) -> tuple[Decision, Sequence[Usage]]:
    """The first way of deciding that is sure."""
    decision = by_rules(params.ways)
    if decision is not None:
        return decision, ()
    usages: list[Usage] = []
    why, sure = "No rule holds.", 0.0
    samples = [
        (way, sentence) for way in params.ways for sentence in way.examples if sentence.strip()
    ]
    if samples and params.text.strip():
        told = [sentence for _, sentence in samples]
        scores, usage = await alike(params.text, told, params.measured_by, ctx)
        usages.append(usage)
        decision = by_meaning(samples, scores, params.alike, params.margin)
        if decision.port != UNSURE:
            return decision, usages
        why, sure = decision.why, decision.sure
    if params.by_model and params.text.strip():
        described = [way for way in params.ways if way.about.strip() or any(way.examples)]
        ways = described or params.ways  # a name alone says little, but may be all there is
        classes = {way.name: way.about or "; ".join(way.examples[:3]) for way in ways}
        chosen = await choose(params.text, classes, params.hints, params, ctx)
        usages.append(chosen.usage)
        exits = {way.name: way.id for way in params.ways}
        why, sure = f"The model is {chosen.sure:.2f} sure of “{chosen.name}”.", chosen.sure
        if chosen.sure >= params.sure and chosen.name in exits:
            return Decision(exits[chosen.name], chosen.name, "model", sure, why), usages
    return Decision(UNSURE, "", "nothing", sure, why), usages


def by_rules(ways: Sequence[Way]) -> Decision | None:
    """The first exit whose rules hold; one without rules is not chosen by them."""
    for number, way in enumerate(ways):
        try:
            rules = _filled(way.conditions)
            if rules.rows and rules.judge():
                return Decision(way.id, way.name, "rules", 1.0, rules.explain()[:500])
        except NodeError as error:
            error.field = error.field or f"ways.{number}.conditions"
            raise
    return None


def _filled(conditions: Conditions) -> Conditions:
    """Without the rows that nobody filled in: nothing is what is nothing, but no rule says so."""
    rows = [row for row in conditions.rows if isinstance(row, Conditions) or not _is_blank(row)]
    return conditions.model_copy(update={"rows": tuple(rows)})


def _is_blank(row: Row) -> bool:
    return row.operator == "equals" and row.left in (None, "") and row.right in (None, "")


def by_meaning(
    samples: Sequence[tuple[Way, str]], scores: Sequence[float], least: float, margin: float
) -> Decision:
    """The exit of the example that is most alike, if it is alike enough and clearly the first."""
    best: dict[str, tuple[float, Way, str]] = {}
    for (way, sentence), score in zip(samples, scores, strict=True):
        if way.id not in best or score > best[way.id][0]:
            best[way.id] = (score, way, sentence)
    (score, way, sentence), *others = sorted(best.values(), key=lambda one: -one[0])
    why = f"It is like “{sentence[:200]}” ({score:.2f})"
    if others:
        why += f"; next is “{others[0][1].name}” ({others[0][0]:.2f})"
    if score < least:
        return Decision(UNSURE, "", "nothing", score, f"{why}. That is not alike enough.")
    if others and score - others[0][0] < margin:
        return Decision(UNSURE, "", "nothing", score, f"{why}. They are too close.")
    return Decision(way.id, way.name, "meaning", score, f"{why}.")


def _findings(params: Router.Params) -> Iterator[Finding]:
    if not params.ways:
        yield "ways", "There is no exit yet.", "Add one for each kind of item."
    if any(way.examples for way in params.ways) and not params.text.strip():
        yield "text", "There is no text to compare with the examples.", "Put the text in."
    elif params.by_model and not params.text.strip():
        yield "text", "There is no text for the model to read.", "Put the text in."
    names = Counter(way.name.strip() for way in params.ways)
    ids = Counter(way.id for way in params.ways)
    for number, way in enumerate(params.ways):
        yield from _findings_of(way, number, params, names, ids)


def _findings_of(
    way: Way, number: int, params: Router.Params, names: Counter[str], ids: Counter[str]
) -> Iterator[Finding]:
    at = f"ways.{number}"
    if not way.name.strip():
        yield f"{at}.name", f"Exit number {number + 1} has no name.", "Name it."
    elif names[way.name.strip()] > 1:
        yield f"{at}.name", f"Two exits are called “{way.name}”.", "Give each a name of its own."
    if ids[way.id] > 1 or way.id in (UNSURE, ERROR_PORT):
        yield f"{at}.id", f"The exit “{way.name}” cannot be told from another.", "Add it again."
    if not (way.conditions.rows or any(way.examples) or params.by_model):
        problem = f"Nothing leads to the exit “{way.name or number + 1}”."
        yield f"{at}.examples", problem, "Give it rules or examples, or let a model decide."
