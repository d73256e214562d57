"""What was said before in a conversation: kept under its name, the same for every worker.

An entry is `{role, text}`, and what tools gave for it as `used`. The first may be a `summary` of
what came before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.providers.protocols import Message
from runtime.sdk import Context, Effect, Json, Kind, Node, NodeParams, Output, field

_LONGEST_RESULT = 1_000  # characters of what a tool gave that are remembered
SUMMARISE = (
    "Summarise this conversation for yourself in a few sentences: who the other one is, what was "
    "said, decided and left open. Keep names, numbers and dates."
)


def conversation_field() -> Any:
    """The name of the conversation that a step goes on with."""
    return field(
        Kind.TEXT,
        "",
        label="Conversation",
        help="What was said before under this name is remembered, for example one for each "
        "visitor of a chat: {{ input.session }}. Empty: nothing is remembered.",
        placeholder="{{ input.session }}",
        section="Memory",
    )


def remembers_field() -> Any:
    """How much of it is told to the model word for word."""
    return field(
        Kind.INTEGER,
        20,
        label="Remember so many turns",
        help="A question and its answer are two.",
        section="Memory",
        advanced=True,
        ge=2,
        le=500,
    )


def older_field() -> Any:
    """What becomes of the rest."""
    return field(
        Kind.CHOICE,
        "forget",
        label="Older turns",
        section="Memory",
        advanced=True,
        choices={"forget": "Forget them", "summarise": "Keep a summary"},
    )


Older = Literal["forget", "summarise"]


class Recalled(Node):
    """Recall what was said before."""

    type, version = "ai.recalled", 1
    name, category = "Recalls", "AI"
    effect = Effect.READS

    class Params(NodeParams):
        conversation: str = field(Kind.TEXT, label="Conversation", templates=False)

    async def run(self, params: Params, ctx: Context) -> Output:
        return Output.one({"recalled": list(await recalled(params.conversation, ctx))})


class Kept(Node):
    """Remember what was said now."""

    type, version = "ai.kept", 1
    name, category = "Remembers", "AI"
    effect = Effect.EXTERNAL

    class Params(NodeParams):
        conversation: str = field(Kind.TEXT, label="Conversation", templates=False)
        change: dict[str, Json] = field(Kind.JSON, label="Change", templates=False)

    async def run(self, params: Params, ctx: Context) -> Output:
        await keep(params.conversation, params.change, ctx)
        return Output.one({"remembered": True})


async def recalled(conversation: str, ctx: Context) -> Sequence[Json]:
    """The entries there are."""
    found = await ctx.memory.recall(_name(conversation))
    return found.value if isinstance(found.value, list) else []


async def keep(conversation: str, change: Mapping[str, Json], ctx: Context) -> None:
    """Change what is kept, by a `splice`; once, however often it is tried."""
    key = f"{ctx.idempotency_key}/talk"
    await ctx.memory.remember(_name(conversation), "splice", dict(change), key=key)


def told_before(entries: Sequence[Json], most: int) -> list[Message]:
    """The last turns (and a summary of those before) as the model is told them."""
    known = [entry for entry in entries if isinstance(entry, dict)]
    summary = [entry for entry in known[:1] if _is_summary(entry)]
    turns = known[len(summary) :][-most:]
    told = [Message("system", f"Earlier in this conversation: {e['text']}") for e in summary]
    return [*told, *(_message(entry) for entry in turns)]


def said_now(question: str, answer: str, used: Sequence[Mapping[str, Json]] = ()) -> list[Json]:
    """The entries of a question and its answer."""
    given: dict[str, Json] = {"role": "assistant", "text": answer}
    if used:
        given["used"] = [
            {**use, "gave": str(use.get("gave", ""))[:_LONGEST_RESULT]} for use in used
        ]
    return [{"role": "user", "text": question}, given]


def to_summarise(entries: Sequence[Json], most: int) -> list[Json]:
    """The entries that no longer fit beside one more question and its answer."""
    known = 1 if entries and _is_summary(entries[0]) else 0
    too_many = len(entries) - known + 2 - most
    return list(entries[: known + too_many]) if too_many > most // 2 else []


def as_text(entries: Sequence[Json]) -> str:
    """Entries to be read by a model that summarises them."""
    known = [entry for entry in entries if isinstance(entry, dict)]
    return "\n".join(f"{entry.get('role')}: {entry.get('text')}" for entry in known)


def _is_summary(entry: Json) -> bool:
    return isinstance(entry, dict) and entry.get("role") == "summary"


def _message(entry: Mapping[str, Any]) -> Message:
    text = str(entry.get("text", ""))
    uses = [
        f"{use.get('tool')}({use.get('arguments')}) gave {use.get('gave')}"
        for use in entry.get("used", ())
        if isinstance(use, dict)
    ]
    if uses:
        text += "\n[I had used: " + "; ".join(uses) + "]"
    return Message("assistant" if entry.get("role") == "assistant" else "user", text)


def _name(conversation: str) -> str:
    return f"conversation {conversation.strip()}"[:200]
