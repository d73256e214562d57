"""Values → JSON bytes for the journal, within limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from runtime.engine.lineage import Origins
from runtime.sdk.errors import ErrorClass, NodeError
from runtime.sdk.items import Item, Json

MAX_OUTPUT_BYTES = 32_000_000


def encode(value: Any) -> bytes:
    """Compact JSON; raises NodeError for what JSON cannot hold."""
    try:
        return orjson.dumps(value, default=_item)
    except (TypeError, orjson.JSONEncodeError) as error:
        raise NodeError(
            f"The step's result cannot be kept: {error}.",
            error_class=ErrorClass.BAD_ANSWER,
            retryable=False,
            fix="Turn large whole numbers into text, and nest less deeply.",
        ) from None


def decode(stored: bytes | str | None) -> Json:
    """Read back what `encode` wrote."""
    value: Json = None if stored is None else orjson.loads(stored)
    return value


def encode_outputs(outputs: Mapping[str, Sequence[Item]]) -> bytes:
    """Items by port; raises NodeError where they are too large or not JSON."""
    encoded = encode(outputs)
    if len(encoded) > MAX_OUTPUT_BYTES:
        raise NodeError(
            f"The step's result has {len(encoded) / 1e6:.0f} MB; at most "
            f"{MAX_OUTPUT_BYTES / 1e6:.0f} MB can be kept.",
            error_class=ErrorClass.BAD_ANSWER,
            retryable=False,
            fix="Take less at a time, or keep only the fields you need.",
        )
    return encoded


def encode_origins(origins: Mapping[str, Origins]) -> bytes:
    """Origins by port."""
    return orjson.dumps(origins)


def decode_outputs(stored: bytes | str | None) -> dict[str, list[Item]] | None:
    """Read back what `encode_outputs` wrote."""
    if stored is None:
        return None
    return {port: [Item.load(i) for i in items] for port, items in orjson.loads(stored).items()}


def _item(value: object) -> object:
    if isinstance(value, Item):
        return value.dump()
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
