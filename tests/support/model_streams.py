"""A scripted answer in events, as each of three protocols would send it, a word at a time."""

import json
import re
from collections.abc import Iterator
from typing import Any

END = "data: [DONE]\n\n"


def in_events(whole: dict[str, Any], path: str) -> list[bytes]:
    """The pieces in which this answer (as it would come at once) comes."""
    if path.endswith("/messages"):
        events = list(_anthropic(whole))
        return [f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in events]
    chunks = _gemini(whole) if "generateContent" in path else _openai(whole)
    pieces = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return [piece.encode() for piece in ([*pieces, END] if "choices" in whole else pieces)]


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*", text)


def _openai(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    (choice,) = whole["choices"]
    message = choice["message"]
    for words in _words(message["content"] or ""):
        yield {"model": whole["model"], "choices": [{"index": 0, "delta": {"content": words}}]}
    for number, call in enumerate(message.get("tool_calls", ())):
        name, arguments = call["function"]["name"], call["function"]["arguments"]
        first = {"name": name, "arguments": arguments[:3]}
        start = {"index": number, "id": call["id"], "type": "function", "function": first}
        rest = {"index": number, "function": {"arguments": arguments[3:]}}
        for piece in (start, rest):
            yield {"choices": [{"index": 0, "delta": {"tool_calls": [piece]}}]}
    yield {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    yield {"choices": [], "usage": whole["usage"]}


def _anthropic(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    usage = whole["usage"]
    begun = {"model": whole["model"], "usage": {"input_tokens": usage["input_tokens"]}}
    yield {"type": "message_start", "message": begun}
    for number, block in enumerate(whole["content"]):
        called = block["type"] == "tool_use"
        empty = {**block, "input": {}} if called else {**block, "text": ""}
        yield {"type": "content_block_start", "index": number, "content_block": empty}
        pieces = [json.dumps(block["input"])] if called else _words(block["text"])
        for piece in pieces:
            delta = {"partial_json": piece} if called else {"type": "text_delta", "text": piece}
            yield {"type": "content_block_delta", "index": number, "delta": delta}
    done = {"output_tokens": usage["output_tokens"]}
    stopped = {"stop_reason": whole["stop_reason"]}
    yield {"type": "message_delta", "delta": stopped, "usage": done}
    yield {"type": "message_stop"}


def _gemini(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    (candidate,) = whole["candidates"]
    for part in candidate["content"]["parts"]:
        texts = (
            [part] if "text" not in part else [{**part, "text": w} for w in _words(part["text"])]
        )
        for piece in texts:
            yield {"candidates": [{"content": {"parts": [piece]}}]}
    last = {"candidates": [{"finishReason": candidate.get("finishReason", "STOP")}]}
    yield {**last, "modelVersion": whole["modelVersion"], "usageMetadata": whole["usageMetadata"]}
