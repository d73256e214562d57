"""The path from texts to what they mean: from memory, else for a place and within the budgets.

Each request is accounted for by itself. What was measured is kept at once, so that a try that had
to wait for its place goes on where it was.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from runtime.providers.counting import CountingClient
from runtime.providers.ledger import (
    Ledger,
    measuring_call,
    not_yet,
    price,
    spent_in_vain,
    terms_of,
    tokens_in,
    written_down,
)
from runtime.providers.protocols import Measurer, Profile, Usage
from runtime.providers.talk import altogether
from runtime.sdk import Context, ErrorClass, HttpClient, NodeError
from runtime.sdk.meaning import MeaningKind, Measured
from runtime.store.model_calls import Go, Spent

BILLION = 1_000_000_000
KEPT_SECONDS = 30 * 86_400.0
MOST_TEXTS = 5_000  # by one step at once
_LONGEST_REQUEST = 400_000  # characters
_EMPTY = "…"  # services refuse a text without a letter


class Vectors(Protocol):
    """Where vectors are kept, of one workspace."""

    async def find(self, digests: Sequence[str], now: float) -> Mapping[str, bytes]:
        """Those whose time is not over."""
        ...

    async def keep(self, vectors: Mapping[str, bytes], until: float) -> None:
        """Keep them until then (Unix time)."""
        ...


Opener = Callable[[Profile, CountingClient], Awaitable[Measurer]]


class Measuring:
    """Of one workspace. Texts that several ask for at the same moment are measured once."""

    def __init__(
        self, http: HttpClient, opener: Opener, ledger: Ledger | None, vectors: Vectors | None
    ) -> None:
        self._http, self._opener = http, opener
        self._ledger, self._vectors = ledger, vectors
        self._under_way: dict[str, asyncio.Future[Mapping[str, bytes]]] = {}

    async def measure(
        self, profile: Profile, texts: Sequence[str], kind: MeaningKind, ctx: Context
    ) -> Measured:
        """See `runtime.sdk.context.Models.embed`."""
        if len(texts) > MOST_TEXTS:
            raise NodeError(
                f"These are {len(texts):,} texts; at most {MOST_TEXTS:,} are measured at once.",
                error_class=ErrorClass.INPUT,
                retryable=False,
                fix="Take fewer, for example by a Repeat.",
            )
        told = [text.strip() or _EMPTY for text in texts]
        wanted = {_digest(profile, kind, text): text for text in told}
        found = dict(await self._vectors.find(list(wanted), ctx.now)) if self._vectors else {}
        usages: list[Usage] = []
        while missing := {key: text for key, text in wanted.items() if key not in found}:
            mine = _first_few(
                profile, {k: t for k, t in missing.items() if k not in self._under_way}
            )
            if mine:
                measured, usage = await self._for_all(profile, mine, kind, ctx)
                usages.append(usage)
            else:
                measured = await asyncio.shield(self._under_way[next(iter(missing))])
            found.update(measured)
        vectors = [found[_digest(profile, kind, text)] for text in told]
        usage = altogether(usages) if usages else Usage(profile.model, cost=0.0, cached=True)
        size = len(vectors[0]) // 4 if vectors else 0
        return Measured(vectors, space_of(profile), size, usage.plain())

    async def _for_all(
        self, profile: Profile, mine: Mapping[str, str], kind: MeaningKind, ctx: Context
    ) -> tuple[Mapping[str, bytes], Usage]:
        """Measure them, also for those who want the same meanwhile: they get none if it fails."""
        future: asyncio.Future[Mapping[str, bytes]] = asyncio.get_running_loop().create_future()
        self._under_way.update(dict.fromkeys(mine, future))
        measured: Mapping[str, bytes] = {}
        try:
            measured, usage = await self._accounted(profile, mine, kind, ctx)
        finally:
            for key in mine:
                del self._under_way[key]
            future.set_result(measured)
        return measured, usage

    async def _accounted(
        self, profile: Profile, mine: Mapping[str, str], kind: MeaningKind, ctx: Context
    ) -> tuple[Mapping[str, bytes], Usage]:
        """One request, with a place and within the budgets."""
        ledger, http, texts = self._ledger, CountingClient(self._http), list(mine.values())
        began = time.monotonic()
        if ledger is None:
            measurer = await self._opener(profile, http)
            return await self._asked(measurer, profile, mine, kind, ctx)
        question = hashlib.sha256("".join(mine).encode()).hexdigest()
        call = measuring_call(ledger.workspace, profile, texts, question, ctx)
        verdict = await ledger.ask(call, terms_of(profile))
        if not isinstance(verdict, Go):
            not_yet(verdict, profile, ctx)
            raise RuntimeError("unreachable")
        try:
            measurer = await self._opener(profile, http)
            measured, usage = await self._asked(measurer, profile, mine, kind, ctx)
        except BaseException as error:
            took = round((time.monotonic() - began) * 1000)
            spent, cool = spent_in_vain(error, call, http.made, took)
            await written_down(ledger, call.id, spent, cool)
            raise
        await written_down(ledger, call.id, _spent(usage, http.made), 0.0)
        return measured, usage

    async def _asked(
        self,
        measurer: Measurer,
        profile: Profile,
        mine: Mapping[str, str],
        kind: MeaningKind,
        ctx: Context,
    ) -> tuple[Mapping[str, bytes], Usage]:
        """Ask, and keep what came before the call counts as over: it is never asked again then."""
        began, texts = time.monotonic(), list(mine.values())
        vectors, usage = await measurer.embed(profile, texts, kind, ctx)
        measured = dict(zip(mine, vectors, strict=True))
        if self._vectors is not None:
            await self._vectors.keep(measured, ctx.now + KEPT_SECONDS)
        took = round((time.monotonic() - began) * 1000)
        read = usage.tokens_in or tokens_in(texts)
        cost = price(profile, read, 0) / BILLION
        return measured, replace(usage, tokens_in=read, cost=cost, milliseconds=took)


def space_of(profile: Profile) -> str:
    """The name of what the vectors can be compared within."""
    return profile.model or profile.name


def _first_few(profile: Profile, texts: Mapping[str, str]) -> dict[str, str]:
    """As many as one request may have."""
    few: dict[str, str] = {}
    size = 0
    for key, text in texts.items():
        size += len(text)
        if few and (size > _LONGEST_REQUEST or len(few) >= profile.texts_at_once):
            break
        few[key] = text
    return few


def _digest(profile: Profile, kind: MeaningKind, text: str) -> str:
    """The same for the same text and model."""
    asked = "\0".join((profile.id, space_of(profile), kind, text))
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()


def _spent(usage: Usage, requests: int) -> Spent:
    cost = round((usage.cost or 0) * BILLION)
    return Spent("ok", usage.model, requests, usage.tokens_in, 0, cost, usage.milliseconds)
