"""Waits without holding anything in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

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
    Output,
    Park,
    ParkKind,
    Resumed,
    field,
)
from runtime.sdk.node import Finding
from runtime.sdk.schedules import UTC_NAME, known_zones, suggest_zone, zone_named
from runtime.sdk.texts import Text

_YEAR = 366 * 86_400


class Wait(Node):
    """Wait for a time, until a moment, or until another system calls."""

    type, version = "flow.wait", 1
    name, category, icon = "Wait", "Flow", "clock-pause"
    keywords = ("delay", "sleep", "pause", "timer", "callback", "until", "later")
    effect = Effect.READS
    waits = True

    class Params(NodeParams):
        until: Literal["time", "moment", "call"] = field(
            Kind.CHOICE,
            "time",
            label="Wait",
            choices={
                "time": "For a time",
                "moment": "Until a moment",
                "call": "Until another system calls",
            },
        )
        seconds: float = field(
            Kind.DURATION, 60, label="How long", show_if=("until", ["time"]), ge=0, le=_YEAR
        )
        moment: Text = field(
            Kind.TEXT,
            "",
            label="Moment",
            help="Date and time, written here or from earlier data.",
            placeholder="2030-01-31T09:00",
            show_if=("until", ["moment"]),
        )
        zone: str = field(
            Kind.CHOICE,
            UTC_NAME,
            label="Time zone",
            help="Whose clock counts where the moment does not say it itself.",
            show_if=("until", ["moment"]),
            choices={zone: zone.replace("_", " ") for zone in known_zones()},
        )
        at_most: float = field(
            Kind.DURATION,
            7 * 86_400,
            label="At most",
            help="The address to call is shown while it waits. An earlier step can send it: "
            "{{ run.callbacks.… }} with the short name of this step.",
            show_if=("until", ["call"]),
            gt=0,
            le=_YEAR,
        )
        too_late: Literal["go_on", "fail"] = field(
            Kind.CHOICE,
            "go_on",
            label="If nobody calls",
            help="A failed step is handled as its tab “When it fails” says.",
            show_if=("until", ["call"]),
            choices={"go_on": "Go on, “in time” is off", "fail": "The step fails"},
        )

    examples = (
        Example(
            "Nothing to wait for",
            {"until": "time", "seconds": 0},
            input=[{"id": 7}],
            output={"out": [{"id": 7}]},
        ),
        Example(
            "A moment that has passed",
            {"until": "moment", "moment": "2020-01-31T09:00"},
            input=[{"id": 7}],
            output={"out": [{"id": 7}]},
        ),
        Example("Until a call comes, for a day", {"until": "call", "at_most": 86_400}),
    )
    output_sample = {"id": 7, "answer": {"paid": True}, "in_time": True}

    async def run(self, params: Params, ctx: Context) -> Output:
        if params.until == "call":
            ctx.log.info(
                "Waiting for a call. Whoever may answer sees the address beside this step."
            )
            return Output.wait(Park(ParkKind.CALLBACK, ctx.now + params.at_most))
        moment, zone = params.moment, params.zone
        due = ctx.now + params.seconds if params.until == "time" else _moment(moment, zone)
        if due <= ctx.now:
            return Output.items([ctx.item])
        return Output.wait(Park(ParkKind.TIMER, due))

    @classmethod
    def check(cls, params: Params) -> Sequence[Finding]:
        if zone_named(params.zone) is None:
            near = suggest_zone(params.zone)
            fix = f"Did you mean {near}?" if near else "Choose the nearest big city."
            return [("zone", f"“{params.zone[:60]}” is not a time zone.", fix)]
        return ()

    @classmethod
    def calls_back(cls, params: Params) -> bool:
        return params.until == "call"

    async def resume(self, params: Params, ctx: Context, resumed: Resumed) -> Output:
        if resumed.kind is not ParkKind.CALLBACK:
            return Output.items([ctx.item])
        if resumed.expired and params.too_late == "fail":
            raise NodeError(
                "Nobody called in time.", error_class=ErrorClass.TIMEOUT, retryable=False
            )
        item = ctx.item
        kept: dict[str, Json] = (
            dict(item.json) if isinstance(item.json, dict) else {"value": item.json}
        )
        kept |= {"answer": resumed.value, "in_time": not resumed.expired}
        return Output.items([Item(kept, item.files)])


def _moment(text: str, zone: str) -> float:
    try:
        moment = datetime.fromisoformat(text.strip())
        place = moment.tzinfo or zone_named(zone) or UTC
        return moment.replace(tzinfo=place).timestamp()
    except (ValueError, OverflowError):
        raise NodeError(
            f"“{text[:60]}” is not a date and time.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Write it like 2030-01-31T09:00.",
            field="moment",
        ) from None
