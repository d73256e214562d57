"""Started by an assistant that uses the flow as a tool (MCP)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from runtime.sdk import BatchNode, Example, Item, Kind, NodeParams, Output, Port, TriggerInfo, field
from runtime.sdk.node import Finding


class ToolInput(NodeParams):
    """One thing that the assistant fills in."""

    name: str = field(
        Kind.TEXT,
        "",
        label="Name",
        placeholder="number",
        templates=False,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,59}$",
    )
    kind: Literal["text", "number", "yes", "list"] = field(
        Kind.CHOICE,
        "text",
        label="Kind",
        choices={
            "text": "Text",
            "number": "A number",
            "yes": "Yes or no",
            "list": "A list of texts",
        },
    )
    told: str = field(
        Kind.TEXT,
        "",
        label="What belongs there",
        placeholder="The number of the order, such as A-17",
        templates=False,
        max_length=300,
    )
    required: bool = field(Kind.BOOLEAN, True, label="Has to be filled in")


class ToolTrigger(BatchNode):
    """Start the flow when an assistant uses it as a tool; what the flow answers, it is told."""

    type, version = "trigger.tool", 1
    name, category, icon = "Offered as a tool", "Triggers", "tool"
    keywords = ("mcp", "assistant", "agent", "tool", "model context protocol", "offer")
    summary = "{tool_name}"
    inputs, outputs = (), (Port("out"),)
    trigger = TriggerInfo("tool", "An assistant", by_flows=True)

    class Params(NodeParams):
        tool_name: str = field(
            Kind.TEXT,
            label="Name of the tool",
            help="Small letters, digits and _. Assistants find it under this server’s "
            "address /mcp.",
            placeholder="find_order",
            templates=False,
            pattern=r"^[a-z][a-z0-9_]{0,59}$",
        )
        description: str = field(
            Kind.MULTILINE,
            label="What an assistant is told about it",
            help="What it does and when to use it.",
            placeholder="Finds an order by its number and says when it left.",
            templates=False,
            min_length=1,
            max_length=1_000,
        )
        fields: tuple[ToolInput, ...] = field(
            Kind.ROWS, (), label="What the assistant fills in", max_length=50
        )
        wait_seconds: int = field(
            Kind.INTEGER,
            60,
            label="Wait for the answer (seconds)",
            help="A flow that takes longer goes on, and the assistant is told where to look.",
            advanced=True,
            templates=False,
            ge=1,
            le=300,
        )
        most_per_minute: int = field(
            Kind.INTEGER,
            60,
            label="Most uses a minute",
            help="Of all assistants together. Further ones are asked to try again a little later.",
            advanced=True,
            templates=False,
            ge=1,
            le=10_000,
        )

    examples = (
        Example(
            "Find an order",
            {
                "tool_name": "find_order",
                "description": "Finds an order by its number.",
                "fields": [{"name": "number", "told": "Such as A-17"}],
            },
            input=[{"number": "A-17"}],
            output={"out": [{"number": "A-17"}]},
        ),
    )
    output_sample = {"number": "A-17", "sent_at": "2026-03-30T09:00:00Z"}

    def run_batch(self, params: Sequence[Any], items: Sequence[Item]) -> Sequence[Output]:
        return [Output.items((item,)) for item in items]

    @classmethod
    def check(cls, params: Any) -> Sequence[Finding]:
        names = Counter(asked.name for asked in params.fields)
        twice = next((name for name, times in names.items() if times > 1), None)
        if twice is not None:
            return [("fields", f"“{twice}” is there twice.", "Give each a name of its own.")]
        if "sent_at" in names:
            return [("fields", "“sent_at” is the moment of the use.", "Choose another name.")]
        return ()
