"""Calls a URL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlencode

from runtime.sdk import (
    Context,
    Effect,
    Example,
    HttpReply,
    Json,
    Kind,
    Node,
    NodeParams,
    OnUnknown,
    Output,
    Policy,
    Retry,
    field,
)
from runtime.sdk.answers import read_json, read_text
from runtime.sdk.statuses import refuse_bad_status
from runtime.sdk.texts import Pair, Text

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
_SAFE = frozenset({"GET", "HEAD"})
_WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")
# The step's own time limit decides; this only keeps the client's usual one from deciding earlier.
_LONGEST = 86_400.0


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
        body: Literal["none", "json", "form", "text"] = field(
            Kind.CHOICE,
            "none",
            label="Send",
            choices={"none": "Nothing", "json": "Data (JSON)", "form": "A form", "text": "Text"},
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
            Kind.KEY_VALUES, (), label="Form fields", show_if=("body", ["form"])
        )
        text_body: Text = field(Kind.MULTILINE, "", label="Text", show_if=("body", ["text"]))
        response: Literal["auto", "json", "text"] = field(
            Kind.CHOICE,
            "auto",
            label="Read the answer as",
            choices={
                "auto": "What it says it is",
                "json": "Data (JSON)",
                "text": "Text",
            },
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
        content, kind = _body(params)
        headers = {pair.name: pair.value for pair in params.headers if pair.name}
        given = {name.lower() for name in headers}
        if kind and "content-type" not in given:
            headers["Content-Type"] = kind
        if params.method not in _SAFE and "idempotency-key" not in given:
            headers["Idempotency-Key"] = ctx.idempotency_key
        reply = await ctx.http.request(
            params.method,
            params.url,
            headers=headers,
            query=[(pair.name, pair.value) for pair in params.query if pair.name],
            body=content,
            credential=params.credential,
            timeout_seconds=_LONGEST,
            follow_redirects=params.follow_redirects,
        )
        if params.fail_on_status:
            refuse_bad_status(reply, ctx.now)
        answer: dict[str, Json] = {
            "status": reply.status,
            "headers": dict(reply.headers),
            "body": body_of(reply, params.response),
        }
        return Output.one(answer)

    @classmethod
    def check(cls, params: Any) -> Sequence[tuple[str, str]]:
        names = [pair.name.lower() for pair in params.headers]
        if "authorization" in names:
            return [("headers", "Keep keys out of headers: choose a connection instead.")]
        return ()


def _body(params: HttpRequest.Params) -> tuple[bytes | None, str]:
    """The bytes to send and what kind they are."""
    if params.method in _SAFE or params.body == "none":
        return None, ""
    if params.body == "json":
        text = json.dumps(params.json_body, ensure_ascii=False, separators=(",", ":"))
        return text.encode(), "application/json"
    if params.body == "form":
        pairs = [(pair.name, pair.value) for pair in params.form_body]
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded"
    return params.text_body.encode(), "text/plain; charset=utf-8"


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
