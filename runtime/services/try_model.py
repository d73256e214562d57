"""Asks a model one small question, to see whether it answers; and looks for models nearby."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

import structlog

from runtime.network.client import GuardedClient
from runtime.network.guard import INTERNAL_HOSTS, Guard
from runtime.providers.anthropic import Anthropic
from runtime.providers.gateway import chat
from runtime.providers.gemini import Gemini
from runtime.providers.openai_compatible import OpenAiCompatible
from runtime.providers.protocols import ChatRequest, Message, Profile, Provider
from runtime.sdk import Context, HttpClient, NodeError

SECONDS = 60.0  # a model that is loaded first takes its time
OLLAMA = "127.0.0.1:11434"
_TALKS: Mapping[str, Callable[[HttpClient], Provider]] = {
    "openai_compatible": OpenAiCompatible,
    "anthropic": Anthropic,
    "gemini": Gemini,
}


@dataclass(frozen=True, slots=True)
class Tried:
    """Whether it answered; `said` is its answer, or what went wrong and what to do."""

    ok: bool
    said: str


@dataclass(frozen=True, slots=True)
class Nearby:
    """What runs at the usual address: `models` by name; `why` says why none was found."""

    base_url: str
    models: tuple[str, ...] = ()
    why: str = ""
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class _Outside:
    """As much of a step's surroundings as a single question needs."""

    idempotency_key: str = field(default_factory=lambda: f"try/{uuid4()}")
    now: float = field(default_factory=time.time)
    log: Any = field(default_factory=lambda: structlog.get_logger(__name__))
    shown: None = None  # nobody looks on


def try_model(
    workspace_id: str, *, provider: str, model: str, base_url: str, credential: str | None
) -> Tried:
    """One call, by the same way steps take; costs some ten tokens. Blocks for a minute at most."""
    profile = Profile("", "", provider, model, base_url, credential, 4096, 0, 0, SECONDS)
    question = Message("user", "Say hello in one word.")
    try:
        said = asyncio.run(_ask(workspace_id, profile, ChatRequest([question], max_tokens=64)))
    except NodeError as error:
        return Tried(False, " ".join(filter(None, (error.message, error.fix))))
    return Tried(True, said.strip()[:200])


async def _ask(workspace_id: str, profile: Profile, request: ChatRequest) -> str:
    client = GuardedClient(workspace_id)
    try:
        talk = _TALKS[profile.provider](client)
        reply = await chat(talk, profile, request, cast(Context, _Outside()))
        return reply.text
    finally:
        await client.close()


def find_ollama(workspace_id: str, place: str = OLLAMA) -> Nearby:
    """Look where Ollama usually is, if the operator allows it. Blocks for 3 seconds at most."""
    host, _, port = place.rpartition(":")
    base_url = f"http://{place}/v1"
    if not Guard.from_environment().allows(host, int(port)):
        return Nearby(base_url, why=f"{INTERNAL_HOSTS}={place}", allowed=False)
    try:
        return Nearby(base_url, asyncio.run(_tags(workspace_id, place)))
    except (NodeError, ValueError, KeyError, TypeError) as error:
        return Nearby(base_url, why=str(error))


async def _tags(workspace_id: str, place: str) -> tuple[str, ...]:
    client = GuardedClient(workspace_id)
    try:
        reply = await client.request("GET", f"http://{place}/api/tags", timeout_seconds=3)
        return tuple(str(one["name"]) for one in json.loads(reply.content)["models"])
    finally:
        await client.close()
