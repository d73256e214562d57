"""How values look as text, and field types for settings that take nothing but text."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from runtime.sdk.items import Json


def as_text(value: Json) -> str:
    """Empty for nothing, true/false, numbers as written, objects and lists as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, (int, float)):
        return str(value)
    return compact_json(value)


def compact_json(value: Json) -> str:
    """JSON without spaces, with letters of all scripts kept readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# A field that is one whole template keeps the type of its value; where only text will do, a
# number or an object is written out as it would be inside of other text.
Text = Annotated[str, BeforeValidator(as_text)]


class Pair(BaseModel):
    """One row of a *name and value* list whose values may be numbers or objects."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: Text = ""
