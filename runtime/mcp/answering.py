"""What this install says as a server for tools (MCP, streamable HTTP), one message at a time.

It keeps no sessions: every message says all there is to know, so any web process can answer it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from runtime.mcp.messages import BAD_ARGUMENTS, REVISION, REVISIONS
from runtime.sdk import Json

UNREADABLE, NO_MESSAGE, NO_METHOD = -32700, -32600, -32601
OTHER_REVISION = -32022  # what clients of later revisions take as a call to greet as before
BUSY = -32000
LONGEST_TEXT = 100_000  # characters of an answer


@dataclass(frozen=True, slots=True)
class OfferedFlow:
    """A flow as a tool; `schema` is the JSON Schema (an object) of what is filled in."""

    name: str
    title: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a use came to: data of the flow, or a sentence where `failed` or still under way."""

    value: Json
    failed: bool = False


class UseRefusedError(Exception):
    """The use was not taken; the sentence says why."""


@dataclass(slots=True)
class Refused:
    """An error in JSON-RPC's shape."""

    code: int
    message: str
    data: Mapping[str, Json] = field(default_factory=dict)


class Flows(Protocol):
    """The flows that are offered to whoever asks."""

    def offered(self) -> Sequence[OfferedFlow]: ...

    def use(self, name: str, arguments: Mapping[str, Json]) -> Answered:
        """Raises UseRefusedError, and LookupError where there is no such tool."""
        ...


def answer(message: Json, flows: Flows) -> dict[str, Json] | None:
    """The answer to a message; None where none is due."""
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        return refusal(None, Refused(NO_MESSAGE, "This is no message of JSON-RPC 2.0."))
    method, name = message.get("method"), message.get("id")
    if not isinstance(method, str):
        # The answer to a question of ours would come so; we never ask one.
        return None if name is not None and ("result" in message or "error" in message) else (
            refusal(None, Refused(NO_MESSAGE, "The message names no method."))
        )  # fmt: skip
    if name is None:
        return None  # a note
    if not isinstance(name, str | int) or isinstance(name, bool):
        return refusal(None, Refused(NO_MESSAGE, "The id is neither a text nor a whole number."))
    params = message.get("params")
    found = _result(method, params if isinstance(params, dict) else {}, flows)
    if isinstance(found, Refused):
        return refusal(name, found)
    return {"jsonrpc": "2.0", "id": name, "result": found}


def refusal(name: str | int | None, why: Refused) -> dict[str, Json]:
    """An error as an answer."""
    error: dict[str, Json] = {"code": why.code, "message": why.message}
    return {
        "jsonrpc": "2.0",
        "id": name,
        "error": error | ({"data": dict(why.data)} if why.data else {}),
    }


def _result(method: str, params: Mapping[str, Json], flows: Flows) -> dict[str, Json] | Refused:
    if method == "initialize":
        return _greeting(params)
    if method == "ping":
        return {}
    if method == "tools/list":
        return {"tools": [_shown(flow) for flow in flows.offered()]}
    if method == "tools/call":
        return _used(params, flows)
    return Refused(NO_METHOD, f"There is no method “{method[:100]}” here.")


def _greeting(params: Mapping[str, Json]) -> dict[str, Json]:
    wanted = params.get("protocolVersion")
    return {
        "protocolVersion": wanted if wanted in REVISIONS else REVISION,
        "capabilities": {"tools": {"listChanged": False}},
        "serverInfo": {"name": "segue", "title": "Segue", "version": "1"},
        "instructions": "Each tool is a flow that people built. Its answer is the flow's result.",
    }


def _shown(flow: OfferedFlow) -> dict[str, Json]:
    return {
        "name": flow.name,
        "title": flow.title,
        "description": flow.description,
        "inputSchema": dict(flow.schema),
    }


def _used(params: Mapping[str, Json], flows: Flows) -> dict[str, Json] | Refused:
    name, arguments = params.get("name"), params.get("arguments") or {}
    if not isinstance(name, str) or not isinstance(arguments, dict):
        return Refused(BAD_ARGUMENTS, "A use names a tool and gives its arguments as an object.")
    try:
        made = flows.use(name, arguments)
    except LookupError:
        return Refused(BAD_ARGUMENTS, f"There is no tool called “{name[:100]}”.")
    except UseRefusedError as error:
        return Refused(BUSY, str(error))
    return _told(made)


def _told(made: Answered) -> dict[str, Json]:
    value = made.value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]} … (cut: {len(text):,} characters in all)"
    told: dict[str, Json] = {
        "content": [{"type": "text", "text": text}],
        "isError": made.failed,
    }
    if isinstance(value, dict) and not made.failed:
        told["structuredContent"] = value
    return told


def schema_of(fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is filled in, by the rows of the trigger's form."""
    kinds: Mapping[str, dict[str, Any]] = {
        "text": {"type": "string"},
        "number": {"type": "number"},
        "yes": {"type": "boolean"},
        "list": {"type": "array", "items": {"type": "string"}},
    }
    named = [row for row in fields if row.get("name")]
    return {
        "type": "object",
        "properties": {
            str(row["name"]): {
                **kinds.get(str(row.get("kind", "text")), {}),
                **({"description": row["told"]} if row.get("told") else {}),
            }
            for row in named
        },
        "required": [str(row["name"]) for row in named if row.get("required", True)],
        "additionalProperties": False,
    }
