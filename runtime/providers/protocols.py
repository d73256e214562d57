"""What a step asks of a model and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from runtime.sdk import Context, Json

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the talk."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A question. With a `schema` the answer is JSON that fits it.

    Where a try asks several times, `part` counts them: each has an idempotency key of its own.
    """

    messages: Sequence[Message]
    profile: str | None = None  # the id of a model profile; None: the workspace's default
    schema: Mapping[str, Json] | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    part: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call took. `cost` is in the currency of the profile's prices, None where unknown."""

    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None
    cached: bool = False
    milliseconds: int = 0

    def plain(self) -> dict[str, Json]:
        """As it is kept with the try."""
        return {
            "model": self.model,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "cost": self.cost,
            "cached": self.cached,
            "ms": self.milliseconds,
        }


@dataclass(frozen=True, slots=True)
class ChatReply:
    """The answer: always its text; `value` too where a schema was given."""

    text: str
    value: Json
    usage: Usage
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """A model as design time describes it."""

    id: str
    name: str
    provider: str
    model: str
    base_url: str
    credential: str | None
    context_tokens: int
    price_in: float  # for a million tokens
    price_out: float
    patience_seconds: float = 120.0  # for one answer
    fallback: str | None = None  # the id of the profile that is asked where this one cannot answer

    @property
    def is_practice(self) -> bool:
        """Whether it is the small model on this computer."""
        return self.provider == "practice"


class Provider(Protocol):
    """One way of talking to models."""

    async def chat(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        """Ask once; raises NodeError."""
        ...
