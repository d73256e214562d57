"""Started by a call from another system."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from runtime.sdk import BatchNode, Example, Item, Kind, NodeParams, Output, Port, TriggerInfo, field

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Webhook(BatchNode):
    """Start the flow when another system calls an address."""

    type, version = "trigger.webhook", 1
    name, category, icon = "Webhook", "Triggers", "webhook"
    keywords = ("http", "call", "url", "api", "hook")
    summary = "{methods} /hooks/{path}"
    inputs, outputs = (), (Port("out"),)
    trigger = TriggerInfo("webhook", "A call from another system")

    class Params(NodeParams):
        path: str = field(
            Kind.WEBHOOK_PATH,
            label="Address",
            help="The last part of the address other systems call.",
            placeholder="new-order",
            min_length=1,
            max_length=120,
            pattern=r"^[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*$",
        )
        methods: tuple[Method, ...] = field(
            Kind.LIST,
            ("POST",),
            label="Allowed methods",
            help="How the address may be called.",
            min_length=1,
            templates=False,
            choices={m: m for m in ("GET", "POST", "PUT", "PATCH", "DELETE")},
        )
        answer: Literal["at_once", "when_finished", "by_respond"] = field(
            Kind.CHOICE,
            "at_once",
            label="Answer",
            help="What the caller gets back, and when.",
            choices={
                "at_once": "At once: “accepted”",
                "when_finished": "When the flow has finished: its result",
                "by_respond": "By a step “Respond”",
            },
        )
        max_body_kb: int = field(
            Kind.INTEGER,
            1024,
            label="Largest body (kB)",
            help="Larger calls are refused.",
            advanced=True,
            ge=1,
            le=10_000,
            templates=False,
        )

    examples = (
        Example(
            "A call comes in",
            {"path": "new-order"},
            input=[{"body": {"id": 7}, "query": {}, "headers": {}, "method": "POST"}],
            output={"out": [{"body": {"id": 7}, "query": {}, "headers": {}, "method": "POST"}]},
        ),
    )
    output_sample = {
        "method": "POST",
        "path": "new-order",
        "query": {},
        "headers": {"content-type": "application/json"},
        "body": {"id": 7, "customer": "Ada", "total": 120},
    }

    def run_batch(self, params: Sequence[Any], items: Sequence[Item]) -> Sequence[Output]:
        return [Output.items((item,)) for item in items]

    @classmethod
    def check(cls, params: Any) -> Sequence[tuple[str, str]]:
        if params.path.split("/")[0] == "test":
            return [("path", "Addresses that begin with “test” are kept for drafts.")]
        return ()
