"""What is remembered about a person or a topic for long: kept as short facts, found by meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from runtime.sdk import (
    Context,
    Effect,
    Json,
    Kind,
    Node,
    NodeError,
    NodeParams,
    Output,
    Tool,
    field,
)
from runtime.sdk.errors import ErrorClass
from runtime.sdk.values import as_text

LONGEST_FACT = 2_000  # characters
MOST_FACTS = 200  # at once
LONGEST_NAME = 200
REMEMBER, RECALL = "remember_facts", "recall_facts"


async def remember_facts(
    about: str, facts: Json, ctx: Context, *, profile: str | None, expires_in: float | None
) -> Mapping[str, Json]:
    """Keep facts: a list, or a text with one a line; raises NodeError."""
    texts = facts_in(facts)
    new = 0
    if texts:
        meaning = await ctx.models.embed(texts, ctx, kind="passage", profile=profile)
        key = ctx.idempotency_key
        new = await ctx.facts.remember(named(about), texts, meaning, expires_in=expires_in, key=key)
    return {"about": named(about), "remembered": len(texts), "new": new}


async def recall_facts(
    about: str, question: str, ctx: Context, *, profile: str | None, most: int, least: float
) -> Mapping[str, Json]:
    """The facts that fit a question best; raises NodeError."""
    meaning = await ctx.models.embed([question], ctx, kind="query", profile=profile)
    told = await ctx.facts.recall(named(about), meaning, most=most)
    facts: list[Json] = [
        {"text": one.text, "alike": one.alike, "told": _moment(one.at)}
        for one in told
        if one.alike >= least
    ]
    text = "\n".join(one.text for one in told if one.alike >= least)
    return {"about": named(about), "facts": facts, "text": text}


def facts_in(given: Json) -> list[str]:
    """The facts of a list, or of a text with one a line; each once, without what is empty."""
    lines = given if isinstance(given, list) else as_text(given).splitlines()
    texts = [as_text(line).strip().removeprefix("- ")[:LONGEST_FACT] for line in lines]
    facts = list(dict.fromkeys(text for text in texts if text))
    if len(facts) > MOST_FACTS:
        raise NodeError(
            f"These are {len(facts)} facts; at most {MOST_FACTS} are remembered at once.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            field="facts",
        )
    return facts


def named(about: str) -> str:
    """The name of whom facts are about; raises NodeError where there is none."""
    name = about.strip()[:LONGEST_NAME]
    if not name:
        raise NodeError(
            "It is not said whom or what the facts are about.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Put in a name or number, for example {{ input.customer }}.",
            field="about",
        )
    return name


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


# -- as an agent's own tools ---------------------------------------------------------------------


class RemembersFacts(Node):
    """Remember facts for long."""

    type, version = "ai.remembers_facts", 1
    name, category = "Remembers facts", "AI"
    effect = Effect.EXTERNAL

    class Params(NodeParams):
        about: str = field(Kind.TEXT, label="About", templates=False)
        facts: Json = field(Kind.JSON, None, label="Facts", templates=False)

    async def run(self, params: Params, ctx: Context) -> Output:
        made = await remember_facts(params.about, params.facts, ctx, profile=None, expires_in=None)
        return Output.one(dict(made))


class RecallsFacts(Node):
    """Recall facts."""

    type, version = "ai.recalls_facts", 1
    name, category = "Recalls facts", "AI"
    effect = Effect.EXTERNAL

    class Params(NodeParams):
        about: str = field(Kind.TEXT, label="About", templates=False)
        question: str = field(Kind.TEXT, label="Question", templates=False)

    async def run(self, params: Params, ctx: Context) -> Output:
        made = await recall_facts(
            params.about, params.question, ctx, profile=None, most=8, least=0.0
        )
        return Output.one(dict(made))


def fact_tools(about: str) -> Mapping[str, Tool]:
    """The two tools by which an agent remembers and recalls facts; none where nobody is named."""
    if not about.strip():
        return {}
    name = about.strip()[:LONGEST_NAME]
    tools: Sequence[Tool] = (
        Tool(
            REMEMBER,
            "Remember facts",
            f"Remember short facts about “{name}” for later talks: what will still matter then. "
            "Each is a sentence that can be understood by itself. Never passwords or card numbers.",
            _schema({"facts": {"type": "array", "items": {"type": "string"}, "maxItems": 20}}),
        ),
        Tool(
            RECALL,
            "Recall facts",
            f"Look up what is known about “{name}” from earlier talks, before you ask for it.",
            _schema({"question": {"type": "string", "description": "What you want to know."}}),
            tells="text",
        ),
    )
    return {tool.name: tool for tool in tools}


def _schema(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
