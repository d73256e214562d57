"""Field types for settings that take nothing but text."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from runtime.sdk.values import as_text

# A field that is one whole template keeps the type of its value; where only text will do, a
# number or an object is written out as it would be inside of other text.
Text = Annotated[str, BeforeValidator(as_text)]


class Pair(BaseModel):
    """One row of a *name and value* list whose values may be numbers or objects."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: Text = ""
