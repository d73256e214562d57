"""Makes pictures out of words."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from runtime.providers.service import MOST_BYTES, Service, ask_service
from runtime.sdk import (
    Context,
    Effect,
    ErrorClass,
    Example,
    FileRef,
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
from runtime.sdk.media import media_type_of
from runtime.sdk.statuses import refuse_bad_status
from runtime.sdk.texts import Text

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}


class Picture(Node):
    """Let a model make a picture of what you describe."""

    type, version = "ai.picture", 1
    name, category, icon = "Make a picture", "AI", "photo"
    keywords = ("image", "dall-e", "generate", "draw", "illustration", "diffusion", "photo")
    summary = "{prompt}"
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=300, on_unknown=OnUnknown.RETRY)
    usable_as_tool = True

    class Params(Service):
        model: str = field(
            Kind.TEXT,
            "gpt-image-1",
            label="Name of the model",
            help="As the service calls it.",
            templates=False,
            min_length=1,
            max_length=200,
        )
        prompt: Text = field(
            Kind.MULTILINE,
            label="What to show",
            placeholder="A teapot on a wooden table, in morning light",
            min_length=1,
        )
        size: Text = field(
            Kind.TEXT,
            "",
            label="Size",
            help="Width and height in pixels, as the model knows them. Empty: its usual one.",
            placeholder="1024x1024",
            max_length=40,
        )
        count: int = field(Kind.INTEGER, 1, label="How many", ge=1, le=10)
        name: Text = field(
            Kind.TEXT, "picture", label="Name of the file", advanced=True, max_length=100
        )

    examples = (Example("A picture for a ware", {"prompt": "{{ input.ware }}, on white"}),)
    output_sample = {"files": ["picture.png"], "meant": ["A teapot on a wooden table"]}

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        return False

    async def run(self, params: Params, ctx: Context) -> Output:
        asked: dict[str, Json] = {
            "model": params.model,
            "prompt": params.prompt,
            "n": params.count,
        }
        if params.size.strip():
            asked["size"] = params.size.strip()
        body = json.dumps(asked, ensure_ascii=False).encode()
        reply = await ask_service(params, "images/generations", body, ctx)
        made = _made(read_json(reply.content))
        stem, many = params.name.strip() or "picture", len(made) > 1
        files = [
            await _kept(one, f"{stem}_{n}" if many else stem, ctx) for n, one in enumerate(made, 1)
        ]
        names: list[Json] = [file.name for file in files]
        # Some models write the description anew before they draw.
        meant: list[Json] = [one.get("revised_prompt") or params.prompt for one in made]
        return Output.items([Item({"files": names, "meant": meant}, files)])


def _made(answer: Json) -> list[dict[str, Json]]:
    found = answer.get("data") if isinstance(answer, dict) else None
    made = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    if not made:
        raise _nothing()
    return made


async def _kept(one: Mapping[str, Json], stem: str, ctx: Context) -> FileRef:
    content = await _content(one, ctx)
    kind = media_type_of("", content[:4096])
    if kind not in _ENDINGS:
        raise _nothing()
    return await ctx.files.write(f"{stem}.{_ENDINGS[kind]}", content, media_type=kind)


async def _content(one: Mapping[str, Json], ctx: Context) -> bytes:
    """The bytes themselves, or from where they wait: that place is asked without the key."""
    inside, address = one.get("b64_json"), one.get("url")
    if isinstance(inside, str):
        try:
            return base64.b64decode(inside, validate=True)
        except ValueError:
            raise _nothing() from None
    if not isinstance(address, str):
        raise _nothing()
    reply = await ctx.http.request("GET", address, max_bytes=MOST_BYTES)
    refuse_bad_status(reply, ctx.now)
    return reply.content


def _nothing() -> NodeError:
    return NodeError("The service sent no picture.", error_class=ErrorClass.BAD_ANSWER)
