"""Plans a run of a part of a draft: what is done, and which data stands in for the rest.

The part is a document of its own: only the steps that are done or give data, with their wires. What
gives data is laid down in the journal before the run begins, so that ordinary replay skips it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext as _

from runtime.engine.again import START, Takeover, take_over
from runtime.graph.document import Document
from runtime.graph.part import Extent, following, leading_to, linked, needed, restricted
from runtime.graph.plan import Plan, PlanNode, compile_plan
from runtime.models import Run
from runtime.registry import registry
from runtime.sdk import Effect
from runtime.sdk.items import Item
from runtime.services.plan_again import past_steps
from runtime.services.read_run import plan_of, stored_outputs

Outputs = Mapping[str, Sequence[Item]]
Pins = Mapping[str, Outputs]  # by the step's key


class CannotRunPartError(Exception):
    """The part cannot run; the message says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Part:
    """What would happen. `doing` are keys of steps that are done; `acts` those of them that reach
    outside without being the step that was asked for; `lacking` those whose data was hoped for.
    """

    document: Document
    trigger: PlanNode
    takeover: Takeover
    doing: tuple[str, ...]
    pinned: tuple[str, ...]
    acts: tuple[str, ...]
    lacking: tuple[str, ...]
    names: Mapping[str, str]


def plan_part(document: Document, key: str, extent: Extent, pins: Pins, base: Run | None) -> Part:
    """Plan a part around a step, with data of `base` where that stands; raises CannotRunPartError.

    A pinned result stands whatever leads to it, except that of the step itself.
    """
    whole = _compiled(document)
    asked = _asked(document, whole, key)
    pins = {name: outputs for name, outputs in pins.items() if name != key}
    goals = _goals(whole, asked, extent)
    trigger = _trigger(whole, goals, pins, base)
    if base is not None and base.trigger_key != trigger.key:
        base = None
    document = _reached(document, asked, trigger)
    since = whole.nodes[asked.around[0]] if asked.around and extent is Extent.TO else asked

    around = {whole.nodes[i].id for i in leading_to(whole, {*goals, trigger.index})}
    wide = compile_plan(restricted(document, around, {}), registry())
    takeover = _take_over(wide, base, since.key, pins)
    wanted = [wide.by_key[whole.nodes[i].key] for i in goals]
    doing, giving = needed(wide, wanted, set(takeover.kept), pins)

    small = _small(document, wide, doing, giving | {wide.by_key[trigger.key]}, pins)
    plan = compile_plan(small, registry())
    takeover = _take_over(plan, base, since.key, pins)
    done = [wide.nodes[i] for i in sorted(doing)]
    others = [node for node in done if node.key != key]
    return Part(
        document=small,
        trigger=trigger,
        takeover=takeover,
        doing=tuple(node.key for node in done),
        pinned=tuple(node.key for node in plan.nodes if node.key in pins),
        acts=tuple(
            node.key for node in others if node.type.effect is Effect.EXTERNAL and not node.disabled
        ),
        lacking=tuple(
            node.key for node in others if node.type.trigger is None and extent is Extent.ONLY
        ),
        names={node.key: node.label for node in whole.nodes},
    )


def _compiled(document: Document) -> Plan:
    types = registry()
    known = {node.id for node in document.nodes if node.type in types}
    return compile_plan(restricted(document, known, {}), types)


def _asked(document: Document, whole: Plan, key: str) -> PlanNode:
    index = whole.by_key.get(key)
    if index is None and whole.find(key) is not None:
        raise CannotRunPartError(
            _("This step is a tool: it runs when its agent uses it. Run the agent instead.")
        )
    if index is None:
        raise CannotRunPartError(
            _("There is no step called “%(key)s” that could run.") % {"key": key}
        )
    node = whole.nodes[index]
    before = {whole.nodes[i].id for i in leading_to(whole, [index])}
    unknown = {spec.id: spec.label for spec in document.nodes} | {n.id: "" for n in whole.nodes}
    for edge in document.edges:
        if edge.target in before and unknown.get(edge.source):
            raise CannotRunPartError(
                _("The step “%(name)s” before it is of a kind that is not installed.")
                % {"name": unknown[edge.source]}
            )
    return node


def _goals(whole: Plan, asked: PlanNode, extent: Extent) -> set[int]:
    if extent is Extent.FROM:
        return following(whole, asked.index)
    loop = whole.nodes[asked.around[0]] if asked.around else asked
    if not loop.is_loop:
        return {asked.index}
    if extent is Extent.ONLY:
        raise CannotRunPartError(
            _(
                "This step is done in the rounds of “%(name)s”, so it does not run by itself. "
                "Choose “Run to here”: that goes through the rounds."
            )
            % {"name": loop.label}
        )
    return {loop.index, *loop.region}


def _trigger(whole: Plan, goals: set[int], pins: Pins, base: Run | None) -> PlanNode:
    """With what it begins: what leads here comes first, and of that what has data."""
    leading = leading_to(whole, goals)

    def rank(node: PlanNode) -> tuple[bool, ...]:
        used = base is not None and base.trigger_key == node.key
        return (node.index in goals, node.index in leading, node.key in pins, used)

    if not whole.triggers:
        raise CannotRunPartError(_("Nothing starts this flow yet. Add what starts it first."))
    return max(whole.triggers, key=rank)


def _reached(document: Document, asked: PlanNode, trigger: PlanNode) -> Document:
    """A step that nothing leads to begins with what starts the flow."""
    if asked.incoming or asked is trigger or not asked.ports_in:
        return document
    return linked(document, trigger, asked)


def _small(
    document: Document, wide: Plan, doing: set[int], giving: set[int], pins: Pins
) -> Document:
    """What is done and what gives data. Pinned steps wait for nothing that may not come."""
    ids = {wide.nodes[i].id for i in doing | giving}
    pinned = {wide.nodes[i].id for i in giving if wide.nodes[i].key in pins}
    sure = pinned | {wide.nodes[i].id for i in giving if wide.nodes[i].type.trigger is not None}
    return restricted(document, ids, dict.fromkeys(pinned, sure))


def _take_over(plan: Plan, base: Run | None, since: str, pins: Pins) -> Takeover:
    old = plan_of(base.snapshot_id) if base is not None else None
    if base is None or old is None:
        return take_over(plan, plan, [], START)
    # Rows of steps that are not part of it would be taken for steps that are gone.
    past = [step for step in past_steps(base) if step.node in plan.by_key]
    same = {key: _dumped(outputs) == _recorded(base, key) for key, outputs in pins.items()}
    return take_over(old, plan, past, since, same)


def _recorded(base: Run, key: str) -> Any:
    return stored_outputs(base, key, "")


def _dumped(outputs: Outputs) -> Any:
    dumped = {port: [item.dump() for item in items] for port, items in outputs.items()}
    return orjson.loads(orjson.dumps(dumped))
