"""Runs another flow of the workspace, and goes on with what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from runtime.sdk import (
    Context,
    Effect,
    Example,
    Item,
    Json,
    Kind,
    Mode,
    Node,
    NodeError,
    NodeParams,
    OnUnknown,
    Output,
    Park,
    ParkKind,
    Policy,
    Resumed,
    field,
)


class CallFlow(Node):
    """Run another flow with these items, and go on with its result."""

    type, version = "flow.call", 1
    name, category, icon = "Run another flow", "Flow", "sitemap"
    keywords = ("sub-flow", "subflow", "workflow", "call", "execute", "child", "reuse")
    effect = Effect.EXTERNAL
    mode = Mode.ALL
    waits = True
    starts_over = True
    usable_as_tool = True
    # The same try always means the same run of the other flow, so nothing happens twice.
    default_policy = Policy(on_unknown=OnUnknown.RETRY, timeout_seconds=30)

    class Params(NodeParams):
        flow: str = field(
            Kind.FLOW,
            label="Flow",
            help="A flow with the trigger “Called by another flow”.",
            min_length=1,
        )
        data: dict[str, Json] = field(
            Kind.JSON,
            default_factory=dict,
            label="Send this instead",
            help="Fields of one item that the other flow gets. Empty: it gets the items that came.",
            advanced=True,
        )
        which: Literal["pinned", "latest"] = field(
            Kind.CHOICE,
            "pinned",
            label="Version",
            help="So that a change of the other flow changes this one only when you publish it.",
            advanced=True,
            choices={
                "pinned": "The one that was live when this flow was published",
                "latest": "Always the one that is live",
            },
        )
        wait: bool = field(
            Kind.BOOLEAN,
            True,
            label="Wait for its result",
            help="Off: this flow goes on at once with its own items.",
        )

    examples = (Example("Wait for the result", {"flow": "01890000-0000-7000-8000-000000000000"}),)
    output_sample = {"total": 120}

    @classmethod
    def calls_back(cls, params: Params) -> bool:
        return False  # it is ended by the other flow's run, not by a call

    async def run(self, params: Params, ctx: Context) -> Output:
        items = [Item(params.data)] if params.data else ctx.items
        run = await ctx.flows.start(
            params.flow, items, ctx, waits=params.wait, pinned=params.which == "pinned"
        )
        if params.wait:
            ctx.log.info("Started a run of the other flow.", run=run)
            return Output.wait(Park(ParkKind.CHILD, child=run))
        ctx.log.info("Started a run of the other flow; not waiting for it.", run=run)
        return Output.items(
            [Item(item.json, item.files, [position]) for position, item in enumerate(ctx.items)]
        )

    async def resume(self, params: Params, ctx: Context, resumed: Resumed) -> Output:
        ended: Mapping[str, Json] = resumed.value if isinstance(resumed.value, dict) else {}
        if ended.get("status") != "succeeded":
            raise NodeError(
                f"The other flow did not succeed: {ended.get('reason') or ended.get('status')}",
                retryable=True,
                fix="Open its run to see what went wrong there.",
            )
        output = ended.get("output")
        values = output if isinstance(output, list) else [output]
        return Output.items([Item(value) for value in values])
