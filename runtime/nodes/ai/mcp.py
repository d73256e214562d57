"""Tools of another program that offers them over the Model Context Protocol (MCP)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from runtime.mcp.offers import Described, described
from runtime.mcp.talk import Talk
from runtime.sdk import (
    Context,
    Effect,
    ErrorClass,
    Example,
    FileRef,
    HttpClient,
    Item,
    Json,
    Kind,
    Node,
    NodeError,
    NodeParams,
    Offer,
    OnUnknown,
    Output,
    Policy,
    Retry,
    field,
)
from runtime.sdk.node import Finding
from runtime.sdk.texts import Text

MOST_FILES = 10
MOST_BYTES = 5_000_000  # of a picture or sound that a tool gives
MOST_LINKS = 50
_CHANGED = "it says something else of itself than when it was ticked"
_TWICE = "the server has two tools of this name"
_GONE = "the server does not have it any more"


class Ticked(BaseModel):
    """A tool that a person chose. `print` stands for what it said of itself then."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    print: str
    asks_first: bool = False


class _Source:
    """See `runtime.sdk.ToolSource`."""

    def listing(self) -> Mapping[str, Json]:
        return {"action": "list"}

    def offers(self, made: Output) -> Sequence[Offer]:
        told: Any = made.ports["out"][0].json
        return [
            Offer(t["name"], t["title"], t["description"], t["schema"], t["asks_first"])
            for t in told["tools"]
        ]

    def using(self, name: str, arguments: Mapping[str, Json]) -> Mapping[str, Json]:
        return {"action": "use", "tool": name, "arguments": dict(arguments)}

    async def choices(self, params: Any, http: HttpClient) -> Sequence[Mapping[str, Json]]:
        talk = Talk(http, params.address, params.credential, 0.0)
        return [
            {"name": t.name, "title": t.title, "description": t.description, "print": t.print}
            for t in await _offered(talk)
        ]


class McpTools(Node):
    """Use the tools of another program (an MCP server), or let an agent use them."""

    type, version = "ai.mcp", 1
    name, category, icon = "Tools of an MCP server", "AI", "tool"
    keywords = ("mcp", "model context protocol", "tools", "server", "agent", "connector")
    summary = "{address}"
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=60, on_unknown=OnUnknown.RETRY)
    usable_as_tool = True
    tool_source = _Source()
    tells = "answer"

    class Params(NodeParams):
        address: str = field(
            Kind.TEXT,
            label="Address",
            help="Of a server that speaks MCP over HTTP.",
            placeholder="https://tools.example.com/mcp",
            templates=False,
            min_length=1,
            max_length=2_000,
        )
        credential: str | None = field(
            Kind.CREDENTIAL,
            None,
            label="Connection",
            help="Shows the server who asks. Without one it is asked as it is.",
        )
        which: Literal["ticked", "all"] = field(
            Kind.CHOICE,
            "ticked",
            label="What an agent may use",
            choices={
                "ticked": "The tools that I tick",
                "all": "All tools, also those to come",
            },
        )
        tools: tuple[Ticked, ...] = field(
            Kind.OFFERS,
            (),
            label="Tools",
            help="A tool whose description has changed since you ticked it is not used until you "
            "look at it again.",
            show_if=("which", ["ticked"]),
            max_length=200,
        )
        action: Literal["use", "list"] = field(
            Kind.CHOICE,
            "use",
            label="As a step of its own",
            choices={"use": "Use one tool", "list": "Say which tools there are"},
            section="Without an agent",
        )
        tool: Text = field(
            Kind.TEXT,
            "",
            label="Tool",
            placeholder="search_orders",
            section="Without an agent",
            show_if=("action", ["use"]),
        )
        arguments: dict[str, Json] = field(
            Kind.JSON,
            default_factory=dict,
            label="What the tool is given",
            section="Without an agent",
            show_if=("action", ["use"]),
        )

    examples = (
        Example(
            "Use one tool",
            {
                "address": "https://tools.example.com/mcp",
                "tool": "find_order",
                "arguments": {"number": "{{ input.number }}"},
            },
        ),
    )
    output_sample = {
        "answer": {"status": "sent"},
        "text": '{"status": "sent"}',
        "links": [],
    }

    async def run(self, params: Params, ctx: Context) -> Output:
        talk = Talk(ctx.http, params.address, params.credential, ctx.now, ctx.idempotency_key)
        if params.action == "list":
            return Output.one(_list(params, await _offered(talk), ctx))
        if not params.tool.strip():
            raise NodeError(
                "It is not said which tool is to be used.",
                error_class=ErrorClass.INPUT,
                retryable=False,
                field="tool",
            )
        await talk.begin()
        try:
            await _as_ticked(params, talk)
            result = await talk.call(params.tool, params.arguments)
        finally:
            await talk.end()
        return await _made(params.tool, result, ctx)

    @classmethod
    def check(cls, params: Any) -> Sequence[Finding]:
        if not params.address.startswith(("https://", "http://", "/practice/")):
            return [
                (
                    "address",
                    "This is no web address.",
                    "Begin with https://. Programs on this machine cannot be started from here.",
                )
            ]
        return ()

    @classmethod
    def check_in_flow(cls, params: Any) -> Sequence[Finding]:
        if params.action == "use" and not params.tool.strip():
            return [
                (
                    "tool",
                    "Say which tool is to be used.",
                    "Fill in its name, or wire an agent’s exit “Tools” to this step.",
                )
            ]
        return ()

    @classmethod
    def check_as_tool(cls, raw: Mapping[str, Any], filled: Collection[str]) -> Sequence[Finding]:
        if raw.get("which", "ticked") == "ticked" and not raw.get("tools"):
            return [
                (
                    "tools",
                    "The agent may use none of its tools yet.",
                    "Fetch the list and tick those it may use.",
                )
            ]
        return ()

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        """What the server says of that is not believed: only a person's asking counts."""
        if raw.get("which", "ticked") == "all":
            return True
        ticked = raw.get("tools") or ()
        return any(not (isinstance(t, dict) and t.get("asks_first")) for t in ticked)


async def _offered(talk: Talk) -> list[Described]:
    """All its tools, as they may be shown; the first of each name."""
    await talk.begin()
    try:
        tools = await talk.tools()
    finally:
        await talk.end()
    found = [tool for tool in map(described, tools) if tool is not None]
    return list({tool.name: tool for tool in reversed(found)}.values())[::-1]


def _list(params: McpTools.Params, tools: Sequence[Described], ctx: Context) -> dict[str, Json]:
    """What there is for an agent, and what is kept from it and why."""
    ticked = {tick.name: tick for tick in params.tools}
    by_name = {tool.name: tool for tool in tools}
    all_of_them = params.which == "all"
    given: list[Json] = []
    left_out: list[Json] = []
    for tool in tools:
        tick = ticked.get(tool.name)
        if all_of_them or (tick is not None and tick.print == tool.print):
            given.append(
                {
                    "name": tool.name,
                    "title": tool.title,
                    "description": tool.description,
                    "schema": dict(tool.schema),
                    "asks_first": tick.asks_first if tick and not all_of_them else False,
                }
            )
        elif tick is not None:
            left_out.append({"name": tool.name, "why": _CHANGED})
    gone = [] if all_of_them else [name for name in ticked if name not in by_name]
    left_out += [{"name": name, "why": _GONE} for name in gone]
    for left in left_out:
        ctx.log.warning("A tool is not used.", **left)  # type: ignore[arg-type]
    return {"tools": given, "left_out": left_out}


async def _as_ticked(params: McpTools.Params, talk: Talk) -> None:
    """Refuse a tool that a person did not see as it is now; raises NodeError."""
    if params.which == "all" or not params.tools:
        return
    tick = next((tick for tick in params.tools if tick.name == params.tool), None)
    why = "it is not ticked"
    if tick is not None:
        offered = [t for t in await talk.tools() if t.get("name") == params.tool]
        found = described(offered[0]) if offered else None
        why = _TWICE if len(offered) > 1 else _CHANGED if found else _GONE
        if len(offered) == 1 and found is not None and found.print == tick.print:
            return
    raise NodeError(
        f"The tool “{params.tool[:80]}” is not used: {why}.",
        error_class=ErrorClass.INPUT,
        retryable=False,
        fix="Fetch the list of tools in this step, look at it, and tick it again.",
        field="tools",
    )


async def _made(tool: str, result: Mapping[str, Any], ctx: Context) -> Output:
    """What a tool gave: its data, its words, where it points to, and files."""
    content = result.get("content")
    parts = [p for p in content if isinstance(p, dict)] if isinstance(content, list) else []
    text = "\n\n".join(filter(None, map(_words, parts)))
    if result.get("isError") is True:
        raise NodeError(
            f"“{tool[:80]}” says: {text[:1_000] or 'it did not work.'}",
            error_class=ErrorClass.OTHER,
            retryable=False,
        )
    data = result.get("structuredContent")
    links: list[Json] = [_link(p) for p in parts if p.get("type") == "resource_link"][:MOST_LINKS]
    made: dict[str, Json] = {
        "answer": data if data is not None else text,
        "text": text,
        "links": links,
    }
    return Output.items([Item(made, await _files(parts, ctx))])


def _words(part: Mapping[str, Any]) -> str:
    inside = part.get("resource") if part.get("type") == "resource" else part
    found = inside.get("text") if isinstance(inside, dict) else None
    return found.replace("\0", "") if isinstance(found, str) else ""


def _link(part: Mapping[str, Any]) -> Json:
    """Where it points to. It is not fetched: that is for a step that a person made for it."""
    names = ("uri", "name", "title", "description", "mimeType")
    return {name: part[name][:2_000] for name in names if isinstance(part.get(name), str)}


async def _files(parts: Sequence[Mapping[str, Any]], ctx: Context) -> list[FileRef]:
    files: list[FileRef] = []
    for part in parts:
        data = part.get("data")
        if part.get("type") not in ("image", "audio") or not isinstance(data, str):
            continue
        if len(files) == MOST_FILES or len(data) > MOST_BYTES * 4 / 3:
            ctx.log.warning("A file that the tool gave is left out: it is one too many or too big.")
            continue
        try:
            content = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            ctx.log.warning("A file that the tool gave cannot be read.")
            continue
        kind = str(part.get("mimeType", ""))[:100]
        files.append(await ctx.files.write(f"{part['type']}-{len(files) + 1}", content))
        ctx.log.info("The tool gave a file.", kind=kind)
    return files
