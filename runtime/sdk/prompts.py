"""A prompt that a step takes from the workspace's library instead of writing it itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from runtime.sdk.items import Json


class FromLibrary(BaseModel):
    """Which prompt, which version, and what fills its variables.

    Without a `version` a run takes the newest of the moment it began, in all its tries. `name` is
    what the prompt was called; where a flow is imported, it is found by that.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    prompt: str = Field(min_length=1)
    name: str = ""
    version: int | None = Field(None, ge=1)
    values: dict[str, Json] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wording:
    """A version of a prompt with its variables filled in."""

    id: str
    name: str
    version: int
    text: str
    system: str

    def plain(self) -> Mapping[str, Json]:
        """As it is kept with the try."""
        return {"id": self.id, "name": self.name, "version": self.version}
