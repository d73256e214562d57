"""What to improve in a flow: found in what its last runs did, by pure functions.

Each piece of advice says what was seen, what would change, and carries one edit of the draft, with
what stood there before, so that it can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from runtime.services.model_costs import money

DAY = 86_400
MUCH_CHEAPER = 0.5  # of the price: less is not worth a change of the answers
SLOW_SHARE = 0.5  # of the time of the runs
SLOW_SECONDS = 1.0
MORE_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class StepFact:
    """A step of the draft, and what the last runs made of it. Seconds are of one run."""

    key: str
    name: str
    seconds: float
    items: float
    at_once: int | None  # its policy; None: as many as the engine allows
    keeps: bool  # whether it can keep answers of models
    kept: bool  # whether it does
    picks_model: bool  # whether its model can be chosen
    model: str | None  # which one is


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a step asked so often, and what the model took. Money in billionths."""

    step: str
    question: str
    profile: str
    times: int
    tokens_in: int
    tokens_out: int
    cost: int


@dataclass(frozen=True, slots=True)
class Model:
    """A model that is ready; prices for a million tokens."""

    id: str
    name: str
    price_in: float
    price_out: float


@dataclass(frozen=True, slots=True)
class Edit:
    """One value in the draft: `params` or `policy`, of the step with this key."""

    key: str
    part: str
    name: str
    value: Any
    before: Any


@dataclass(frozen=True, slots=True)
class Advice:
    """`kind`: slow, repeated or cheaper."""

    kind: str
    seen: str
    change: str
    edit: Edit | None


def improvements(
    steps: Sequence[StepFact], asked: Sequence[Asked], models: Sequence[Model]
) -> list[Advice]:
    """Return at most one piece of advice of each kind: the one that helps most."""
    by_key = {step.key: step for step in steps}
    kinds = (_slow(steps), _repeated(by_key, asked), _cheaper(by_key, asked, models))
    return [advice for found in kinds if (advice := next(found, None)) is not None]


def _slow(steps: Sequence[StepFact]) -> Iterator[Advice]:
    total = sum(step.seconds for step in steps)
    slowest = max(steps, key=lambda step: step.seconds, default=None)
    if slowest is None or slowest.seconds < max(SLOW_SECONDS, total * SLOW_SHARE):
        return
    seen = _("“%(step)s” takes most of the time: %(seconds).1f of %(total).1f seconds a run.") % {
        "step": slowest.name,
        "seconds": slowest.seconds,
        "total": total,
    }
    few = slowest.at_once is not None and slowest.at_once < MORE_AT_ONCE
    if few and slowest.items > (slowest.at_once or 0):
        change = _("Let it work on %(many)d items at once instead of %(few)d.") % {
            "many": MORE_AT_ONCE,
            "few": slowest.at_once,
        }
        edit = Edit(slowest.key, "policy", "concurrency", MORE_AT_ONCE, slowest.at_once)
        yield Advice("slow", seen, change, edit)
        return
    yield Advice("slow", seen, _("Look at it on the canvas: can it ask for less?"), None)


def _repeated(steps: Mapping[str, StepFact], asked: Sequence[Asked]) -> Iterator[Advice]:
    sums: dict[str, tuple[int, int]] = {}
    for one in asked:
        step = steps.get(one.step)
        if step is None or not step.keeps or step.kept or one.times < 2:
            continue
        again, spared = sums.get(one.step, (0, 0))
        more = one.times - 1
        sums[one.step] = (again + more, spared + one.cost * more // one.times)
    for key, (again, spared) in sorted(sums.items(), key=lambda s: s[1], reverse=True):
        seen = _("“%(step)s” asked the same again %(times)d times, for %(cost)s.") % {
            "step": steps[key].name,
            "times": again,
            "cost": money(spared),
        }
        change = _("Keep its answers for a day: the same question costs nothing again.")
        yield Advice("repeated", seen, change, Edit(key, "params", "keep_for", DAY, None))


def _cheaper(
    steps: Mapping[str, StepFact], asked: Sequence[Asked], models: Sequence[Model]
) -> Iterator[Advice]:
    found: list[tuple[int, StepFact, Model]] = []
    for key, step in steps.items():
        mine = [one for one in asked if one.step == key]
        cost = sum(one.cost for one in mine)
        if not step.picks_model or not cost:
            continue
        used = {one.profile for one in mine}
        for model in models:
            would = sum(
                round((one.tokens_in * model.price_in + one.tokens_out * model.price_out) * 1_000)
                for one in mine
            )
            if model.id not in used and would <= cost * MUCH_CHEAPER:
                found.append((cost - would, step, model))
    for saves, step, model in sorted(found, key=lambda one: one[0], reverse=True):
        seen = _("“%(step)s” would have cost %(saves)s less with “%(model)s”.") % {
            "step": step.name,
            "saves": money(saves),
            "model": model.name,
        }
        change = _("Ask “%(model)s” instead, and look whether its answers are good enough.") % {
            "model": model.name
        }
        edit = Edit(step.key, "params", "model", model.id, step.model)
        yield Advice("cheaper", seen, change, edit)
