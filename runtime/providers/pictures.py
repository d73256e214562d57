"""Pictures of an item that a model is to see."""

from __future__ import annotations

import base64
from typing import Any, Literal

from runtime.providers.protocols import Picture
from runtime.sdk import Context, ErrorClass, Kind, NodeError, field

SEEN = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
MOST, MOST_BYTES = 10, 20_000_000  # of them, and of all their bytes: services take no more
Which = Literal["none", "first", "all"]


def pictures_field() -> Any:
    """Which files of the item are shown."""
    return field(
        Kind.CHOICE,
        "none",
        label="Pictures",
        help="Which of the item's files the model sees. It must be one that can see.",
        choices={
            "none": "None",
            "first": "The item's first picture",
            "all": "All pictures of the item",
        },
    )


async def shown(which: Which, ctx: Context) -> list[Picture]:
    """The pictures that are meant; raises NodeError where there are none to be seen."""
    if which == "none":
        return []
    files = [file for file in ctx.item.files if file.media_type in SEEN]
    if not files:
        raise NodeError(
            "This item has no picture that a model can see.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="PNG, JPEG, WebP and GIF can be seen. They come from a form, a webhook, or a step "
            "that fetches one.",
            field="pictures",
        )
    meant = files[:1] if which == "first" else files[:MOST]
    if len(files) > MOST and which == "all":
        ctx.log.warning("The model sees the first pictures only.", pictures=MOST)
    left, seen = MOST_BYTES, []
    for file in meant:
        content = await ctx.files.read(file, most_bytes=left)
        left -= len(content)
        seen.append(Picture(file.media_type, base64.b64encode(content).decode("ascii")))
    return seen
