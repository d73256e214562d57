"""What a step asks of a model and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from runtime.sdk import Context, ErrorClass, Json, NodeError
from runtime.sdk.meaning import MeaningKind

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model wants a tool to be used. `id` ties the result to it."""

    id: str
    name: str
    arguments: Json


@dataclass(frozen=True, slots=True)
class Picture:
    """What a model sees beside the words; `data` is base64."""

    media_type: str
    data: str


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the talk.

    An assistant's turn may ask for tools (`calls`); a turn of the role *tool* brings what one of
    them gave, and says by `call` which.
    """

    role: Role
    content: str
    calls: Sequence[ToolCall] = ()
    call: ToolCall | None = None
    pictures: Sequence[Picture] = ()

    def plain(self) -> dict[str, Any]:
        """As `asdict` gives it, many times faster: every call to a model needs it."""
        plain: dict[str, Any] = {
            "role": self.role,
            "content": self.content,
            "calls": [asdict(call) for call in self.calls],
            "call": asdict(self.call) if self.call else None,
        }
        if self.pictures:
            plain["pictures"] = [asdict(picture) for picture in self.pictures]
        return plain


@dataclass(frozen=True, slots=True)
class ToolOffer:
    """A tool as a model is told of it; `schema` is the JSON Schema of its arguments."""

    name: str
    description: str
    schema: Mapping[str, Json]


Scope = Literal["step", "flow", "workspace"]


@dataclass(frozen=True, slots=True)
class Alike:
    """Kept answers count also for questions that mean the same: all else must be the same exactly.

    `least` is from 0 to 1 (the same); `scope` says whose answers count.
    """

    least: float
    scope: Scope = "step"
    measured_by: str | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """The question that was answered before, and how alike it is (0 to 1)."""

    question: str
    similarity: float


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A question. With a `schema` the answer is JSON that fits it.

    Where a try asks several times, `part` counts them: each has an idempotency key of its own. The
    answer is kept for `keep_seconds`; within them the same question gets it again. With `tools` the
    answer may be calls of them instead of a text; a schema is not looked at then. `show`: its words
    are for people, and may be shown as they come.
    """

    messages: Sequence[Message]
    profile: str | None = None  # the id of a model profile; None: the workspace's default
    schema: Mapping[str, Json] | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    part: int = 0
    keep_seconds: float = 0.0
    tools: Sequence[ToolOffer] = ()
    show: bool = False
    alike: Alike | None = None
    older: tuple[int, int] = (0, 0)  # messages that may be left out where all is too long


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call took. `cost` is in the currency of the profile's prices, None where unknown."""

    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None
    cached: bool = False
    milliseconds: int = 0
    matched: Matched | None = None  # where the answer is another question's

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Usage:
        """What was taken apart by `plain`."""
        taken = ("model", "tokens_in", "tokens_out", "cost", "cached")
        return cls(**{name: plain[name] for name in taken}, milliseconds=plain["ms"])

    def plain(self) -> dict[str, Json]:
        """As it is kept with the try."""
        plain: dict[str, Json] = {
            "model": self.model,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "cost": self.cost,
            "cached": self.cached,
            "ms": self.milliseconds,
        }
        if self.matched is not None:
            plain["matched"] = asdict(self.matched)
        return plain


@dataclass(frozen=True, slots=True)
class ChatReply:
    """The answer: its text, `value` too where a schema was given, or `calls` of tools.

    `reasoning` is what the model says it thought before, where it says so.
    """

    text: str
    value: Json
    usage: Usage
    cut_off: bool = False
    calls: Sequence[ToolCall] = ()
    reasoning: str = ""


class CostlyError(NodeError):
    """An answer that cannot be used, and what it took all the same."""

    def __init__(self, message: str, usage: Usage, *, fix: str | None = None) -> None:
        super().__init__(message, error_class=ErrorClass.BAD_ANSWER, fix=fix)
        self.usage = usage


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
    calls_a_minute: int = 0  # 0: no limit
    tokens_a_minute: int = 0
    at_once: int = 0
    native_tools: bool = True  # else tools are offered in words, and asked for in a form
    measures: bool = False  # it measures what texts mean, and answers nothing
    texts_at_once: int = 64  # so many texts are measured by one request

    @property
    def is_practice(self) -> bool:
        """Whether it is the small model on this computer."""
        return self.provider == "practice"


class Provider(Protocol):
    """One way of talking to models."""

    async def chat(self, profile: Profile, request: ChatRequest, ctx: Context) -> ChatReply:
        """Ask once; raises NodeError."""
        ...


class Measurer(Protocol):
    """One way of having texts measured."""

    async def embed(
        self, profile: Profile, texts: Sequence[str], kind: MeaningKind, ctx: Context
    ) -> tuple[Sequence[bytes], Usage]:
        """One request: a vector (length 1, float32) for each text, and what it took."""
        ...
