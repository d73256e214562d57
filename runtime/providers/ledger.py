"""What the path to models asks of whoever keeps the limits, the budgets and the costs."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from math import ceil
from typing import Any, Protocol
from uuid import UUID

from runtime.providers.known import digest_of
from runtime.providers.protocols import (
    ChatReply,
    ChatRequest,
    CostlyError,
    Message,
    Profile,
    ToolCall,
    Usage,
)
from runtime.sdk import Context, ErrorClass, NodeError, NotNowError
from runtime.store.model_calls import Call, Cooling, Over, Queued, Spent, Terms, Used, Verdict

BILLION = 1_000_000_000
BYTES_A_TOKEN = 3  # on the safe side: mostly it is about four
TOKENS_A_PICTURE = 1_600  # services count at most about so many
LONGEST_ANSWER = 4_096  # tokens, where neither the step nor the service says


class Ledger(Protocol):
    """Of one workspace, shared by all workers."""

    workspace: UUID

    async def ask(self, call: Call, terms: Terms) -> Verdict:
        """Give the call its place, or say what it waits for; raises NodeError."""
        ...

    async def settle(self, call: UUID, spent: Spent, cool: float) -> None:
        """Say what it took. For `cool` seconds nobody is to ask this model."""
        ...

    async def remembered(self, call: Call, model: str, saved: int) -> None:
        """An answer came from memory, and saved so much."""
        ...


def terms_of(profile: Profile) -> Terms:
    """The limits of a model."""
    return Terms(profile.name, profile.calls_a_minute, profile.tokens_a_minute, profile.at_once)


def call_of(workspace: UUID, profile: Profile, request: ChatRequest, ctx: Context) -> Call:
    """The question as the ledger knows it, with the most it may take.

    An answer in a form may have to be asked for twice, and once more where the service does not
    know forms: so many requests are reserved.
    """
    requests = 1
    if request.schema is not None and not request.tools:
        requests = 3 if profile.provider == "openai_compatible" else 2
    read, written = tokens_of(request), longest(profile, request)
    # What is sent back to be corrected is read again.
    read_in_all = read * requests + written * (requests - 1)
    question = digest_of(profile, request)
    return Call(
        **_place(profile, ctx, question),
        workspace=workspace,
        part=request.part,
        requests=requests,
        tokens=read_in_all + written * requests,
        cost=price(profile, read_in_all, written * requests),
        lasts=profile.patience_seconds * requests,
        question=question,
        has_stand_in=profile.fallback is not None,
    )


def measuring_call(
    workspace: UUID, profile: Profile, texts: Sequence[str], question: str, ctx: Context
) -> Call:
    """One request to measure texts; `question` tells it from others of the same try."""
    read = tokens_in(texts)
    return Call(
        **_place(profile, ctx, question),
        workspace=workspace,
        part=0,
        requests=1,
        tokens=read,
        cost=price(profile, read, 0),
        lasts=profile.patience_seconds,
    )


def tokens_in(texts: Sequence[str]) -> int:
    """About how many tokens texts have, rather too many than too few."""
    return sum(ceil(len(text.encode()) / BYTES_A_TOKEN) + 2 for text in texts)


def _place(profile: Profile, ctx: Context, question: str) -> dict[str, Any]:
    """Who asks whom."""
    run, rest = ctx.idempotency_key.split("/", 1)
    node, _, rest = rest.partition("/")
    iteration, _, item = rest.rpartition("/")
    identity = f"{ctx.idempotency_key}#{ctx.attempt}/{question}"
    return {
        "id": UUID(hex=hashlib.sha256(identity.encode()).hexdigest()[:32]),
        "profile": UUID(profile.id),
        "model": profile.model or profile.name,
        "run": UUID(run),
        "node": node,
        "iteration": iteration,
        "item": int(item),
        "number": ctx.attempt,
    }


def tokens_of(request: ChatRequest) -> int:
    """About how many tokens a question has, rather too many than too few."""
    told: list[Any] = [_words_only(message) for message in request.messages]
    pictures = sum(len(message.pictures) for message in request.messages)
    told += [asdict(tool) for tool in request.tools]
    if request.schema is not None:
        told.append(dict(request.schema))
    words = len(json.dumps(told, ensure_ascii=False, default=str).encode())
    return ceil(words / BYTES_A_TOKEN) + pictures * TOKENS_A_PICTURE


def _words_only(message: Message) -> dict[str, Any]:
    return (replace(message, pictures=()) if message.pictures else message).plain()


def longest(profile: Profile, request: ChatRequest) -> int:
    """The longest answer in tokens."""
    return request.max_tokens or min(LONGEST_ANSWER, profile.context_tokens)


def price(profile: Profile, read: int, written: int) -> int:
    """In billionths, rounded up."""
    if profile.is_practice:
        return 0
    return ceil((read * profile.price_in + written * profile.price_out) * 1_000)


def counted(reply: ChatReply, profile: Profile, request: ChatRequest) -> ChatReply:
    """The answer with counts of its own where the service told none."""
    usage = reply.usage
    if usage.tokens_in or usage.tokens_out:
        return reply
    read, written = tokens_of(request), ceil(len(reply.text.encode()) / BYTES_A_TOKEN)
    cost = price(profile, read, written) / BILLION
    return replace(reply, usage=replace(usage, tokens_in=read, tokens_out=written, cost=cost))


def spent_on(reply: ChatReply, requests: int) -> Spent:
    """What a call took that was answered."""
    usage = reply.usage
    return Spent(
        "ok",
        usage.model,
        requests,
        usage.tokens_in,
        usage.tokens_out,
        round((usage.cost or 0) * BILLION),
        usage.milliseconds,
        _kept(reply),
    )


COOLDOWN_SECONDS, LONGEST_COOLDOWN_SECONDS = 5.0, 3_600.0
_BUSY = frozenset({429, 503})
# It worked, or may have, and did not say what that took.
_WORKED = frozenset({ErrorClass.TIMEOUT, ErrorClass.BAD_ANSWER})


def spent_in_vain(
    error: BaseException, call: Call, requests: int, milliseconds: int
) -> tuple[Spent, float]:
    """What a call took that failed, and for how long nobody is to ask this model.

    An answer that says no costs nothing, nor does one that never came. Where nobody knows what the
    service did (it took too long, what it sent cannot be read, we were stopped), the most it may
    have taken counts.
    """
    if not isinstance(error, NodeError):
        cut = Spent("stopped", call.model, requests, cost=call.cost if requests else 0)
        return replace(cut, milliseconds=milliseconds), 0.0
    usage = error.usage if isinstance(error, CostlyError) else None
    unknown = requests > 0 and usage is None and error.error_class in _WORKED
    spent = Spent(
        error.error_class.value,
        call.model,
        requests,
        usage.tokens_in if usage else 0,
        usage.tokens_out if usage else 0,
        call.cost if unknown else round(((usage.cost if usage else 0) or 0) * BILLION),
        milliseconds,
    )
    if error.status not in _BUSY:
        return spent, 0.0
    asked = error.retry_after if error.retry_after is not None else COOLDOWN_SECONDS
    return spent, min(max(asked, 0.0), LONGEST_COOLDOWN_SECONDS)


def _kept(reply: ChatReply) -> str:
    plain = {
        "text": reply.text,
        "value": reply.value,
        "cut_off": reply.cut_off,
        "reasoning": reply.reasoning,
        "calls": [asdict(call) for call in reply.calls],
        "usage": asdict(reply.usage),
    }
    return json.dumps(plain, ensure_ascii=False)


def had_before(over: Over, profile: Profile) -> ChatReply:
    """What this very call came to before its try had to wait for another; raises NodeError."""
    if over.reply is None:
        known = {one.value: one for one in ErrorClass}
        raise NodeError(
            f"“{profile.name}” could not answer a moment ago.",
            error_class=known.get(over.outcome, ErrorClass.NETWORK),
        )
    kept: Mapping[str, Any] = json.loads(over.reply)
    calls = [ToolCall(**call) for call in kept["calls"]]
    usage, thought = Usage(**kept["usage"]), kept.get("reasoning", "")
    return ChatReply(kept["text"], kept["value"], usage, kept["cut_off"], calls, thought)


async def written_down(ledger: Ledger, call: UUID, spent: Spent, cool: float) -> None:
    """Say what a call took, also while we are stopped.

    Where the database is away the answer is not thrown away: the sweep closes the call when nobody
    can hold its place any longer, and counts the most it may have taken.
    """
    with suppress(NodeError):
        await asyncio.shield(ledger.settle(call, spent, cool))


def not_yet(verdict: Verdict, profile: Profile, ctx: Context) -> ChatReply:
    """There is no place; raises what follows from that. Only what was answered before returns."""
    if isinstance(verdict, Over):
        return had_before(verdict, profile)
    if isinstance(verdict, Cooling):
        raise NodeError(
            f"“{profile.name}” asked to be left alone for a moment.",
            error_class=ErrorClass.STATUS_429,
        )
    if isinstance(verdict, Queued):
        if verdict.fresh:
            ctx.log.info(verdict.why)
        raise NotNowError(verdict.why, due_at=verdict.due)
    if isinstance(verdict, Used):
        problem = used_up(verdict)
        if isinstance(problem, NotNowError):
            ctx.log.info(problem.why)
        raise problem
    raise TypeError("a place was given")


def used_up(used: Used) -> Exception:
    """A person is asked for more, or said no."""
    amount = in_words(used.used, used.unit)
    if used.refused:
        return NodeError(
            f"The budget “{used.budget}” is used up ({amount}), and an admin said no to more.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Ask an admin to raise the budget, or use a model that costs nothing.",
        )
    more = in_words(used.more, used.unit)
    return NotNowError(
        f"Waits until an admin decides: the budget “{used.budget}” is used up.",
        question={
            "question": f"The budget “{used.budget}” is used up. Allow {more} more?",
            "text": f"{amount} are used. Approve, and everything that waits for this budget goes "
            "on. Reject, and the steps that wait for it fail.",
            "shown": [],
            "note": "optional",
            "who": "admin",
            "person": "",
            "budget_use": str(used.use),
        },
    )


def in_words(amount: int, unit: str) -> str:
    """Money or calls, as people read them."""
    if unit == "calls":
        return "1 call" if amount == 1 else f"{amount:,} calls"
    return f"{amount / BILLION:,.2f}" if amount >= BILLION // 100 else f"{amount / BILLION:.6g}"
