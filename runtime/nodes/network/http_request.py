"""Calls a URL."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from email.message import Message
from typing import Any, Literal
from urllib.parse import unquote, urlencode, urlsplit

from runtime.sdk import (
    Context,
    Effect,
    ErrorClass,
    Example,
    HttpReply,
    Item,
    Json,
    Kind,
    Node,
    NodeError,
    NodeParams,
    OnUnknown,
    Output,
    Policy,
    Retry,
    field,
)
from runtime.sdk.answers import read_json, read_text
from runtime.sdk.files import FilePick, file_field, picked
from runtime.sdk.multipart import multipart
from runtime.sdk.node import Finding
from runtime.sdk.statuses import refuse_bad_status
from runtime.sdk.texts import Pair, Text

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
_SAFE = frozenset({"GET", "HEAD"})
_WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")
# The step's own time limit decides; this only keeps the client's usual one from deciding earlier.
_LONGEST = 86_400.0
MOST_BYTES = 50_000_000  # of a file that comes, or of all that are sent at once


class HttpRequest(Node):
    """Call a URL and pass its response on."""

    type, version = "http.request", 1
    name, category, icon = "HTTP request", "Network", "globe"
    keywords = ("api", "url", "rest", "fetch", "call", "webhook", "get", "post", "download")
    summary = "{method} {url}"
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=60, on_unknown=OnUnknown.RETRY)
    usable_as_tool = True
    tells = "body"

    class Params(NodeParams):
        method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] = field(
            Kind.CHOICE, "GET", label="Method", choices={m: m for m in _METHODS}
        )
        url: Text = field(
            Kind.TEXT,
            label="Address",
            help="The full address. Drag in fields of earlier steps where they belong.",
            placeholder="https://api.example.com/orders",
            min_length=1,
        )
        credential: str | None = field(
            Kind.CREDENTIAL,
            None,
            label="Connection",
            help="Signs the request. Without one it is sent as it is.",
        )
        query: tuple[Pair, ...] = field(
            Kind.KEY_VALUES,
            (),
            label="Query",
            help="Added to the address after the question mark.",
        )
        headers: tuple[Pair, ...] = field(Kind.KEY_VALUES, (), label="Headers", advanced=True)
        body: Literal["none", "json", "form", "text", "file", "multipart"] = field(
            Kind.CHOICE,
            "none",
            label="Send",
            choices={
                "none": "Nothing",
                "json": "Data (JSON)",
                "form": "A form",
                "text": "Text",
                "file": "A file of the item",
                "multipart": "A form with files",
            },
            show_if=("method", _WITH_BODY),
        )
        json_body: Json = field(
            Kind.JSON,
            None,
            label="Data",
            help="What is sent as JSON.",
            placeholder="{{ input }}",
            show_if=("body", ["json"]),
        )
        form_body: tuple[Pair, ...] = field(
            Kind.KEY_VALUES, (), label="Form fields", show_if=("body", ["form", "multipart"])
        )
        file: FilePick = file_field(
            help="Empty: the first file. Otherwise its name, or its number counted from 1.",
            show_if=("body", ["file"]),
        )
        files_field: Text = field(
            Kind.TEXT,
            "file",
            label="Field for the files",
            help="Every file of the item is sent in a field of this name.",
            show_if=("body", ["multipart"]),
        )
        text_body: Text = field(Kind.MULTILINE, "", label="Text", show_if=("body", ["text"]))
        response: Literal["auto", "json", "text", "file"] = field(
            Kind.CHOICE,
            "auto",
            label="Read the answer as",
            choices={
                "auto": "What it says it is",
                "json": "Data (JSON)",
                "text": "Text",
                "file": "A file",
            },
            help="A file comes beside the data, and other steps can read or send it.",
            advanced=True,
        )
        fail_on_status: bool = field(
            Kind.BOOLEAN,
            True,
            label="An error status is a failure",
            help="Statuses from 400 on. Switched off, the flow goes on and can look at the status.",
            advanced=True,
        )
        follow_redirects: bool = field(Kind.BOOLEAN, True, label="Follow redirects", advanced=True)
        only_hosts: tuple[str, ...] = field(
            Kind.LIST,
            (),
            label="Only these hosts",
            help="Other addresses are refused. “*.example.com” means every host below it. Empty: "
            "any public address.",
            placeholder="api.example.com",
            advanced=True,
            templates=False,
        )

    examples = (
        Example("Fetch an order", {"url": "https://shop.example.com/orders/{{ input.id }}"}),
        Example(
            "Send data",
            {
                "method": "POST",
                "url": "https://shop.example.com/orders",
                "body": "json",
                "json_body": {"sku": "{{ input.sku }}", "amount": 1},
            },
        ),
    )
    output_sample = {
        "status": 200,
        "headers": {"content-type": "application/json"},
        "body": {"id": 7, "total": 120},
    }

    async def run(self, params: Params, ctx: Context) -> Output:
        _among(params.url, params.only_hosts)
        content, kind = await _body(params, ctx)
        headers = {pair.name: pair.value for pair in params.headers if pair.name}
        given = {name.lower() for name in headers}
        if kind and "content-type" not in given:
            headers["Content-Type"] = kind
        if params.method not in _SAFE and "idempotency-key" not in given:
            headers["Idempotency-Key"] = ctx.idempotency_key
        size: dict[str, Any] = {"max_bytes": MOST_BYTES} if params.response == "file" else {}
        reply = await ctx.http.request(
            params.method,
            params.url,
            headers=headers,
            query=[(pair.name, pair.value) for pair in params.query if pair.name],
            body=content,
            credential=params.credential,
            timeout_seconds=_LONGEST,
            # Another host may wait behind a redirect.
            follow_redirects=params.follow_redirects and not params.only_hosts,
            **size,
        )
        if params.fail_on_status:
            refuse_bad_status(reply, ctx.now)
        answer: dict[str, Json] = {
            "status": reply.status,
            "headers": dict(reply.headers),
            "body": None if params.response == "file" else body_of(reply, params.response),
        }
        if params.response == "file":
            file = await ctx.files.write(_name_of(reply), reply.content)
            return Output.items([Item({**answer, "body": None}, [file])])
        return Output.one(answer)

    @classmethod
    def check(cls, params: Any) -> Sequence[tuple[str, str]]:
        names = [pair.name.lower() for pair in params.headers]
        if "authorization" in names:
            return [("headers", "Keep keys out of headers: choose a connection instead.")]
        return ()

    @classmethod
    def check_as_tool(cls, raw: Mapping[str, Any], filled: Collection[str]) -> Sequence[Finding]:
        if "url" in filled and not raw.get("only_hosts"):
            return [
                (
                    "only_hosts",
                    "The model chooses the address, so it could send your data anywhere.",
                    "Name the hosts it may call under “Only these hosts”.",
                )
            ]
        return ()

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return raw.get("method", "GET") not in _SAFE


def _among(url: str, hosts: Sequence[str]) -> None:
    """Refuse an address whose host is none of these; raises NodeError."""
    if not hosts:
        return
    host = (urlsplit(url).hostname or "").lower()
    for allowed in (name.strip().lower() for name in hosts):
        if host == allowed or (allowed.startswith("*.") and host.endswith(allowed[1:])):
            return
    raise NodeError(
        f"“{host[:200]}” is none of the hosts that this step may call.",
        error_class=ErrorClass.INPUT,
        retryable=False,
        fix="Add it under “Only these hosts”, if it belongs there.",
        field="url",
    )


async def _body(params: HttpRequest.Params, ctx: Context) -> tuple[bytes | None, str]:
    """The bytes to send and what kind they are."""
    if params.method in _SAFE or params.body == "none":
        return None, ""
    if params.body == "json":
        text = json.dumps(params.json_body, ensure_ascii=False, separators=(",", ":"))
        return text.encode(), "application/json"
    if params.body == "form":
        pairs = [(pair.name, pair.value) for pair in params.form_body]
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded"
    if params.body == "file":
        file = picked(ctx.item.files, params.file)
        return await ctx.files.read(file), file.media_type
    if params.body == "multipart":
        return await _form(params, ctx)
    return params.text_body.encode(), "text/plain; charset=utf-8"


async def _form(params: HttpRequest.Params, ctx: Context) -> tuple[bytes, str]:
    """Every file of the item, and the fields."""
    left, files = MOST_BYTES, []
    for file in ctx.item.files:
        content = await ctx.files.read(file, most_bytes=left)
        left -= len(content)
        files.append((params.files_field, file, content))
    fields = [(pair.name, pair.value) for pair in params.form_body]
    return multipart(fields, files, ctx.idempotency_key)


def _name_of(reply: HttpReply) -> str:
    """How the answer calls itself, else the end of its address."""
    said = Message()
    said["content-disposition"] = reply.headers.get("content-disposition", "")
    return said.get_filename() or unquote(urlsplit(reply.url).path.rsplit("/", 1)[-1]) or "answer"


def body_of(reply: HttpReply, read_as: str) -> Json:
    """The body as data or text; raises NodeError where it is not what was asked for."""
    kind = reply.headers.get("content-type", "").lower()
    if read_as == "json" or (read_as == "auto" and _says_json(kind)):
        if not reply.content and read_as == "auto":
            return None
        return read_json(reply.content)
    return read_text(reply.content, kind, read_as)


def _says_json(kind: str) -> bool:
    media = kind.split(";", 1)[0].strip()
    return media == "application/json" or media.endswith("+json")
