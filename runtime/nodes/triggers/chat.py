"""Started by each message that a person writes on a chat page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.sdk import BatchNode, Example, Item, Kind, NodeParams, Output, Port, TriggerInfo, field
from runtime.sdk.node import Finding


class ChatTrigger(BatchNode):
    """Start the flow with each message that somebody writes on a chat page of its own."""

    type, version = "trigger.chat", 1
    name, category, icon = "Chat", "Triggers", "messages"
    keywords = ("page", "assistant", "chatbot", "conversation", "message", "public", "talk")
    summary = "/chats/{path}/"
    inputs, outputs = (), (Port("out"),)
    trigger = TriggerInfo("chat", "A chat", page=True)

    class Params(NodeParams):
        path: str = field(
            Kind.WEBHOOK_PATH,
            label="Address",
            help="The last part of the page's address. What the flow answers is shown there: of a "
            "step “Respond”, else its result.",
            placeholder="ask-us",
            direction="chats",
            min_length=1,
            max_length=120,
            pattern=r"^[A-Za-z0-9_-]+$",
        )
        who: Literal["anybody", "members"] = field(
            Kind.CHOICE,
            "anybody",
            label="Who may chat",
            choices={
                "anybody": "Anybody who knows the address",
                "members": "Members of this workspace who are signed in",
            },
        )
        title: str = field(
            Kind.TEXT, "", label="Title", templates=False, placeholder="Ask us", max_length=200
        )
        welcome: str = field(
            Kind.MULTILINE,
            "",
            label="First words",
            help="Shown before anybody has written. Markdown is shown as it is meant.",
            templates=False,
            placeholder="Hello! What would you like to know?",
            max_length=5_000,
        )
        files: bool = field(Kind.BOOLEAN, False, label="People may send files")
        most_mb: int = field(
            Kind.INTEGER,
            10,
            label="Largest file (MB)",
            show_if=("files", [True]),
            templates=False,
            ge=1,
            le=500,
        )
        as_model: bool = field(
            Kind.BOOLEAN,
            False,
            label="Also as a model for other programs",
            help="Programs that speak to models of OpenAI ask this flow by its address instead of "
            "a model’s name. They need an API token of a member who may run flows.",
            advanced=True,
        )
        most_per_minute: int = field(
            Kind.INTEGER,
            60,
            label="Most messages a minute",
            help="Of all people together. Further ones are asked to try again a little later.",
            advanced=True,
            templates=False,
            ge=1,
            le=10_000,
        )

    examples = (
        Example(
            "A message comes in",
            {"path": "ask-us"},
            input=[{"text": "Where is my order?", "session": "a1"}],
            output={"out": [{"text": "Where is my order?", "session": "a1"}]},
        ),
    )
    output_sample = {
        "text": "Where is my order?",
        "session": "3f8e1a2b4c5d6e7f8091a2b3c4d5e6f7",
        "person": None,
        "sent_at": "2026-03-30T09:00:00Z",
    }

    def run_batch(self, params: Sequence[Any], items: Sequence[Item]) -> Sequence[Output]:
        return [Output.items((item,)) for item in items]

    @classmethod
    def looks_on(cls, raw: Mapping[str, Any]) -> bool:
        return True

    @classmethod
    def check(cls, params: Any) -> Sequence[Finding]:
        if params.path == "test":
            return [("path", "The address “test” is kept for drafts.")]
        return ()
