"""Writes down what is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.providers.service import MOST_BYTES, Service, ask_service
from runtime.sdk import (
    Context,
    Effect,
    ErrorClass,
    Example,
    Item,
    Json,
    Kind,
    Node,
    NodeError,
    OnUnknown,
    Output,
    Policy,
    Retry,
    field,
)
from runtime.sdk.answers import read_json
from runtime.sdk.files import FilePick, file_field, picked
from runtime.sdk.multipart import multipart
from runtime.sdk.texts import Text


class SpeechToText(Node):
    """Let a model write down what is said in a sound file."""

    type, version = "ai.speech_to_text", 1
    name, category, icon = "Speech to text", "AI", "microphone"
    keywords = ("audio", "transcribe", "whisper", "voice", "dictation", "recording", "call")
    summary = "{model}"
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=600, on_unknown=OnUnknown.RETRY)

    class Params(Service):
        model: str = field(
            Kind.TEXT,
            "whisper-1",
            label="Name of the model",
            help="As the service calls it.",
            templates=False,
            min_length=1,
            max_length=200,
        )
        file: FilePick = file_field("Sound file")
        language: Text = field(
            Kind.TEXT,
            "",
            label="Language",
            help="Two letters, such as en or de. Empty: it listens for itself.",
            placeholder="en",
            max_length=20,
        )
        hints: Text = field(
            Kind.MULTILINE,
            "",
            label="Hints",
            help="Names and words that occur, so that it writes them rightly.",
            advanced=True,
        )
        times: bool = field(
            Kind.BOOLEAN,
            False,
            label="Say when each part was said",
            help="As a list “parts”, each with its beginning and end in seconds. Not every model "
            "can do it.",
            advanced=True,
        )

    examples = (Example("A voice message", {"file": "{{ input.files[0] }}", "language": "en"}),)
    output_sample = {"text": "Hello, my lamp does not work.", "language": "english", "seconds": 4.2}

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    async def run(self, params: Params, ctx: Context) -> Output:
        file = picked(ctx.item.files, params.file)
        content = await ctx.files.read(file, most_bytes=MOST_BYTES)
        told = {
            "model": params.model,
            "response_format": "verbose_json" if params.times else "json",
            "language": params.language.strip(),
            "prompt": params.hints.strip(),
        }
        fields = [(name, value) for name, value in told.items() if value]
        body, kind = multipart(fields, [("file", file, content)], ctx.idempotency_key)
        reply = await ask_service(params, "audio/transcriptions", body, ctx, media_type=kind)
        return Output.items([Item(_heard(read_json(reply.content)), ctx.item.files)])


def _heard(answer: Json) -> dict[str, Json]:
    if not isinstance(answer, dict) or not isinstance(answer.get("text"), str):
        raise NodeError("The service sent no text.", error_class=ErrorClass.BAD_ANSWER)
    heard: dict[str, Json] = {"text": str(answer["text"]).strip()}
    if isinstance(answer.get("language"), str):
        heard["language"] = answer["language"]
    if isinstance(answer.get("duration"), int | float):
        heard["seconds"] = answer["duration"]
    parts = answer.get("segments")
    if isinstance(parts, list):
        heard["parts"] = [_part(part) for part in parts if isinstance(part, dict)]
    return heard


def _part(part: Mapping[str, Json]) -> dict[str, Json]:
    text = part.get("text")
    return {
        "from": part.get("start"),
        "to": part.get("end"),
        "text": text.strip() if isinstance(text, str) else "",
    }
