"""Reads a text aloud."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from runtime.providers.service import Service, ask_service
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
from runtime.sdk.texts import Text

_MEDIA = {"mp3": "audio/mpeg", "wav": "audio/wav", "opus": "audio/ogg", "flac": "audio/flac"}


class TextToSpeech(Node):
    """Let a model read a text aloud, into a sound file."""

    type, version = "ai.text_to_speech", 1
    name, category, icon = "Text to speech", "AI", "message"
    keywords = ("audio", "speak", "voice", "tts", "read aloud", "sound")
    summary = "{text}"
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=300, on_unknown=OnUnknown.RETRY)
    usable_as_tool = True

    class Params(Service):
        model: str = field(
            Kind.TEXT,
            "tts-1",
            label="Name of the model",
            help="As the service calls it.",
            templates=False,
            min_length=1,
            max_length=200,
        )
        text: Text = field(
            Kind.MULTILINE, label="Text", placeholder="{{ input.text }}", min_length=1
        )
        voice: Text = field(
            Kind.TEXT, "alloy", label="Voice", help="As the service calls it.", max_length=100
        )
        sound: Literal["mp3", "wav", "opus", "flac"] = field(
            Kind.CHOICE,
            "mp3",
            label="Kind of file",
            choices={"mp3": "MP3", "wav": "WAV", "opus": "Opus", "flac": "FLAC"},
        )
        speed: float = field(
            Kind.NUMBER,
            1.0,
            label="Speed",
            help="1 is as people speak, 2 twice as fast.",
            advanced=True,
            ge=0.25,
            le=4,
        )
        name: Text = field(
            Kind.TEXT, "speech", label="Name of the file", advanced=True, max_length=100
        )

    examples = (Example("An answer to listen to", {"text": "{{ input.text }}", "voice": "alloy"}),)
    output_sample = {"file": "speech.mp3", "characters": 42}

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    async def run(self, params: Params, ctx: Context) -> Output:
        asked: dict[str, Json] = {
            "model": params.model,
            "input": params.text,
            "voice": params.voice,
            "response_format": params.sound,
        }
        if params.speed != 1:
            asked["speed"] = params.speed
        body = json.dumps(asked, ensure_ascii=False).encode()
        reply = await ask_service(params, "audio/speech", body, ctx)
        kind = reply.headers.get("content-type", "")
        if not reply.content or kind.startswith(("application/json", "text/")):
            raise NodeError("The service sent no sound.", error_class=ErrorClass.BAD_ANSWER)
        name = f"{params.name.strip() or 'speech'}.{params.sound}"
        file = await ctx.files.write(name, reply.content, media_type=_MEDIA[params.sound])
        return Output.items([Item({"file": file.name, "characters": len(params.text)}, [file])])
