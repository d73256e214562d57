"""Lets a model choose the way on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runtime.providers.choose import choose
from runtime.providers.talk import Asking
from runtime.providers.wordings import asked_with, library_field, own, with_prompt
from runtime.sdk import (
    Context,
    Effect,
    Example,
    Item,
    Json,
    Kind,
    Node,
    NodeParams,
    OnUnknown,
    Output,
    Policy,
    Port,
    PortRows,
    Retry,
    field,
)
from runtime.sdk.node import Finding
from runtime.sdk.ports import ERROR_PORT
from runtime.sdk.prompts import FromLibrary
from runtime.sdk.texts import Text

UNSURE = "unsure"
MOST_CLASSES = 30


class Class(NodeParams):
    """One way on: its name, and what belongs there."""

    id: str = field(
        Kind.TEXT, label="Identifier", fresh="class_", pattern=r"^[a-z][a-z0-9_]*$", max_length=60
    )
    name: str = field(Kind.TEXT, "", label="Name", templates=False, max_length=80)
    about: str = field(
        Kind.TEXT,
        "",
        label="What belongs here",
        placeholder="Questions about bills and payments",
        templates=False,
        max_length=500,
    )


class Classify(Node):
    """Let a model read a text and send the item on by the exit that fits."""

    type, version = "ai.classify", 1
    name, category, icon = "Choose by a model", "AI", "route"
    keywords = ("classify", "router", "route", "intent", "sort", "label", "category", "model")
    summary = "{text}"
    outputs = (Port(UNSURE, "Unsure"),)
    dynamic_outputs = PortRows("classes")
    routes = True
    told = ("text", "classes", "hints", "saved_prompt")
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=120, on_unknown=OnUnknown.RETRY)

    class Params(Asking):
        text: Text = field(
            Kind.MULTILINE,
            label="Text",
            help="What the model reads to decide.",
            placeholder="{{ input.message }}",
            min_length=1,
        )
        classes: tuple[Class, ...] = field(
            Kind.ROWS,
            (),
            label="Exits",
            help="Name each one and say what belongs there. A name may be changed: wires stay.",
            max_length=MOST_CLASSES,
        )
        sure: float = field(
            Kind.NUMBER,
            0.5,
            label="How sure it must be",
            help="From 0 to 1. An item of which the model is less sure leaves by “Unsure”.",
            ge=0,
            le=1,
        )
        saved_prompt: FromLibrary | None = library_field(text="hints", advanced=True)
        hints: Text = field(
            Kind.MULTILINE,
            "",
            label="Hints",
            help="What else it should know.",
            show_if=own(),
            advanced=True,
        )

    examples = (
        Example(
            "Which department?",
            {
                "text": "{{ input.message }}",
                "classes": [
                    {"id": "sales", "name": "Sales", "about": "Whoever wants to buy something"},
                    {"id": "repairs", "name": "Repairs", "about": "Something is broken"},
                ],
            },
        ),
    )
    output_sample = {"chosen": {"name": "Repairs", "sure": 0.9}}

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        return list(_findings(params))

    async def run(self, params: Params, ctx: Context) -> Output:
        params, wording = await asked_with(params, ctx)
        classes = {one.name: one.about for one in params.classes}
        chosen = await choose(params.text, classes, params.hints, params, ctx)
        exits = {one.name: one.id for one in params.classes}
        port = exits.get(chosen.name, UNSURE) if chosen.sure >= params.sure else UNSURE
        before = ctx.item.json if isinstance(ctx.item.json, dict) else {"value": ctx.item.json}
        told: Json = {"name": chosen.name, "sure": chosen.sure}
        item = Item({**before, "chosen": told}, ctx.item.files)
        return Output({port: (item,)}, usage=with_prompt(chosen.usage.plain(), wording))


def _findings(params: Classify.Params) -> Iterator[Finding]:
    if len(params.classes) < 2:
        yield "classes", "There is nothing to choose from.", "Add at least two exits."
    names = Counter(one.name.strip() for one in params.classes)
    ids = Counter(one.id for one in params.classes)
    for number, one in enumerate(params.classes):
        if not one.name.strip():
            yield f"classes.{number}.name", f"Exit number {number + 1} has no name.", "Name it."
        elif names[one.name.strip()] > 1:
            where = f"classes.{number}.name"
            yield where, f"Two exits are called “{one.name}”.", "Give each a name of its own."
        if ids[one.id] > 1 or one.id in (UNSURE, ERROR_PORT):
            where = f"classes.{number}.id"
            yield where, f"The exit “{one.name}” cannot be told from another.", "Add it again."
