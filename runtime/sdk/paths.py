"""Fields inside of items by the names people write: `customer.address.city`, `lines.0.sku`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator

from runtime.sdk.items import Item, Json
from runtime.sdk.values import as_text

# Somebody may have inserted the field as data instead of writing its name.
_INSERTED = re.compile(r"\{\{\s*input(?:\[0\])?(?:\.first)?\.?([^{}|]*?)\s*\}\}")


def _bare(value: Json) -> str:
    text = as_text(value).strip()
    inserted = _INSERTED.fullmatch(text)
    return inserted.group(1) if inserted else text


# The name of a field, dots leading inward.
FieldName = Annotated[str, BeforeValidator(_bare)]


def field_of(value: Json, name: str) -> Json:
    """The field's value; None where there is none. An empty name means the whole value."""
    if isinstance(value, dict) and name in value:
        return value[name]  # a name that has a dot in it
    for part in name.split(".") if name else ():
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isascii() and part.isdigit() and len(part) < 10:
            value = value[int(part)] if int(part) < len(value) else None
        else:
            return None
    return value


def put_field(target: dict[str, Json], path: Sequence[str], value: Json) -> None:
    """Set a nested field; the objects on the way are copied, for others may hold them too."""
    for part in path[:-1]:
        inner = target.get(part)
        fresh: dict[str, Json] = dict(inner) if isinstance(inner, dict) else {}
        target[part] = fresh
        target = fresh
    target[path[-1]] = value


def with_field(item: Item, name: str, value: Json) -> Item:
    """The item with a field set; a value that is no object is kept as the field `value`."""
    made: dict[str, Json] = dict(item.json) if isinstance(item.json, dict) else {"value": item.json}
    put_field(made, name.split("."), value)
    return Item(made, item.files)
