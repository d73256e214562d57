"""A node's context inside a child: its data is here, its deeds are the worker's."""

from __future__ import annotations

import time
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

from runtime.children.messages import Attempt, Line
from runtime.sdk import Context, FileRef, Item, Json, NodeError, Output, Tool
from runtime.sdk.context import HttpReply, Remembered, SqlAnswer
from runtime.sdk.knowledge import Found, KnownDocument, Passage, Wanted
from runtime.sdk.mail import Letter, Posted
from runtime.sdk.meaning import MeaningKind, Measured, Told
from runtime.sdk.prompts import FromLibrary, Wording
from runtime.sdk.sizes import not_too_large

Ask = Callable[..., Awaitable[Any]]


class RemoteLog:
    """See `runtime.sdk.context.Logger`."""

    def __init__(self, say: Callable[[Line], None]) -> None:
        self._say = say

    def debug(self, message: str, **data: Json) -> None:
        self._say({"level": "debug", "message": message, "data": data})

    def info(self, message: str, **data: Json) -> None:
        self._say({"level": "info", "message": message, "data": data})

    def warning(self, message: str, **data: Json) -> None:
        self._say({"level": "warning", "message": message, "data": data})

    def error(self, message: str, **data: Json) -> None:
        self._say({"level": "error", "message": message, "data": data})


class RemoteHttp:
    """See `runtime.sdk.context.HttpClient`: guarded and signed by the worker."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def request(self, method: str, url: str, **options: Any) -> HttpReply:
        options.pop("on_part", None)  # pieces do not pass between processes; the whole does
        return cast(HttpReply, await self._ask("fetch", method, url, **options))


class RemoteSandbox:
    """See `runtime.sdk.context.Sandbox`."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def run_code(
        self, code: str, variables: Mapping[str, Json], *, timeout_seconds: float
    ) -> tuple[Json, Sequence[str]]:
        answer = await self._ask("run_code", code, dict(variables), timeout_seconds=timeout_seconds)
        return cast(tuple[Json, Sequence[str]], answer)


class RemoteModels:
    """See `runtime.sdk.context.Models`: budgets and keys stay with the worker."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def complete(self, request: Any, ctx: Context) -> Any:
        return await self._ask("complete", request)

    async def embed(
        self,
        texts: Sequence[str],
        ctx: Context,
        *,
        kind: MeaningKind = "passage",
        profile: str | None = None,
    ) -> Measured:
        return cast(Measured, await self._ask("embed", list(texts), kind=kind, profile=profile))

    async def prompt(self, wanted: FromLibrary, ctx: Context) -> Wording:
        return cast(Wording, await self._ask("prompt", wanted))


class NoFlows:
    """Steps of installed packages start no other flows; a flow's own step does that."""

    async def start(
        self,
        flow: str,
        items: Sequence[Item],
        ctx: Context,
        *,
        waits: bool,
        pinned: bool = False,
    ) -> str:
        raise NodeError("This kind of step cannot start other flows.", retryable=False)


class NoSteps:
    """See `runtime.sdk.Steps`: only steps of Segue itself use tools."""

    async def tools(self) -> Sequence[Tool]:
        return ()

    async def use(self, tool: str, values: Mapping[str, Json]) -> Output:
        raise NodeError("Steps of other packages cannot use tools.", retryable=False)

    async def take(self, role: str, values: Mapping[str, Json]) -> Output:
        raise NodeError("Steps of other packages take no steps of their own.", retryable=False)


class RemoteTables:
    """See `runtime.sdk.context.Tables`."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def columns(self, table: str) -> Sequence[str]:
        return cast(Sequence[str], await self._ask("table_columns", table))

    async def read(self, table: str, **options: Any) -> Sequence[Mapping[str, Json]]:
        return cast(Sequence[Mapping[str, Json]], await self._ask("read_table", table, **options))

    async def insert(
        self, table: str, values: Mapping[str, Json], *, key: str
    ) -> Mapping[str, Json]:
        row = await self._ask("insert_row", table, dict(values), key=key)
        return cast(Mapping[str, Json], row)

    async def upsert(
        self, table: str, values: Mapping[str, Json], *, key: str
    ) -> Mapping[str, Json]:
        row = await self._ask("upsert_row", table, dict(values), key=key)
        return cast(Mapping[str, Json], row)

    async def update(
        self, table: str, values: Mapping[str, Json], *, where: Mapping[str, Any], key: str
    ) -> int:
        changed = await self._ask("update_rows", table, dict(values), where=dict(where), key=key)
        return cast(int, changed)

    async def delete(self, table: str, *, where: Mapping[str, Any], key: str) -> int:
        return cast(int, await self._ask("delete_rows", table, where=dict(where), key=key))


class RemoteMemory:
    """See `runtime.sdk.context.Memory`."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def recall(self, name: str, *, shared: bool = False) -> Remembered:
        return cast(Remembered, await self._ask("recall", name, shared=shared))

    async def remember(
        self, name: str, action: str, value: Json = None, **options: Any
    ) -> Remembered:
        return cast(Remembered, await self._ask("remember", name, action, value, **options))


class RemoteFacts:
    """See `runtime.sdk.meaning.Facts`."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def remember(
        self, about: str, facts: Sequence[str], meaning: Measured, **options: Any
    ) -> int:
        return cast(int, await self._ask("remember_facts", about, list(facts), meaning, **options))

    async def recall(self, about: str, meaning: Measured, *, most: int) -> Sequence[Told]:
        return cast(Sequence[Told], await self._ask("recall_facts", about, meaning, most=most))

    async def forget(self, about: str, *, key: str) -> int:
        return cast(int, await self._ask("forget_facts", about, key=key))


class RemoteKnowledge:
    """See `runtime.sdk.knowledge.Knowledge`."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def digest(self, collection: str, key: str) -> str | None:
        return cast(str | None, await self._ask("known_digest", collection, key))

    async def put(
        self,
        collection: str,
        document: KnownDocument,
        passages: Sequence[Passage],
        meaning: Measured | None,
    ) -> None:
        await self._ask("put_document", collection, document, list(passages), meaning)

    async def remove(self, collection: str, key: str) -> bool:
        return cast(bool, await self._ask("remove_document", collection, key))

    async def find(
        self, collection: str, wanted: Wanted, meaning: Measured | None
    ) -> Sequence[Found]:
        return cast(Sequence[Found], await self._ask("find_passages", collection, wanted, meaning))


class RemoteDatabases:
    """See `runtime.sdk.context.Databases`: guarded and signed in by the worker."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def query(
        self, credential: str, statement: str, values: Mapping[str, Json], **options: Any
    ) -> SqlAnswer:
        answer = await self._ask("query", credential, statement, dict(values), **options)
        return cast(SqlAnswer, answer)


class RemoteMail:
    """See `runtime.sdk.context.Mail`."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def send(self, letter: Letter, *, credential: str | None, key: str) -> Posted:
        return cast(Posted, await self._ask("send_mail", letter, credential=credential, key=key))


class RemoteFiles:
    """See `runtime.sdk.context.Files`: bytes come and go through the worker, each file whole."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def open(self, file: FileRef) -> AsyncIterator[bytes]:
        yield await self.read(file)

    async def read(self, file: FileRef, *, most_bytes: int = 50_000_000) -> bytes:
        not_too_large(file, most_bytes)
        return cast(bytes, await self._ask("read_file", file, most_bytes))

    async def write(
        self, name: str, content: bytes | AsyncIterable[bytes], *, media_type: str = ""
    ) -> FileRef:
        whole = content if isinstance(content, bytes) else b"".join([p async for p in content])
        written = await self._ask("write_file", name, whole, media_type=media_type)
        return cast(FileRef, written)


class ChildContext:
    """See `runtime.sdk.Context`."""

    def __init__(self, given: Attempt, ask: Ask, say: Callable[[Line], None]) -> None:
        self._given = given
        self.items = given["items"]
        self.inputs = given["inputs"]
        self.attempt = given["number"]
        self.idempotency_key = given["idempotency_key"]
        self.run_id = given["run_id"]
        self.flow_id = given["flow_id"]
        self.callback_url = given["callback_url"]
        self.shown = None  # words as they come do not pass between processes
        self.log = RemoteLog(say)
        self.http = RemoteHttp(ask)
        self.sandbox = RemoteSandbox(ask)
        self.models = RemoteModels(ask)
        self.flows = NoFlows()
        self.steps = NoSteps()
        self.tables = RemoteTables(ask)
        self.memory = RemoteMemory(ask)
        self.facts = RemoteFacts(ask)
        self.knowledge = RemoteKnowledge(ask)
        self.databases = RemoteDatabases(ask)
        self.mail = RemoteMail(ask)
        self.files = RemoteFiles(ask)

    @property
    def item(self) -> Item:
        return self.items[max(self._given["position"], 0)]

    @property
    def now(self) -> float:
        return time.time()
