"""What a step that uses tools sees of them, and of the steps it takes inside of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from runtime.sdk.items import Json
from runtime.sdk.output import Output


@dataclass(frozen=True, slots=True)
class Tool:
    """A step that may be used. `schema` is the JSON Schema (an object) of what is to be filled in.

    `name` is for models; `label` is what people call the step. With `asks_first` a person has to
    agree each time; `most_calls` counts for one piece of work.
    """

    name: str
    label: str
    guidance: str
    schema: Mapping[str, Any] = field(default_factory=dict)
    asks_first: bool = False
    most_calls: int | None = None
    tells: str = ""  # the field of what it gives that is worth telling; empty: all of it


class Steps(Protocol):
    """Steps inside of a step, each of them journalled by itself with its tries, log and result.

    They are numbered in the order in which they are asked for. Where a worker died, its successor
    gets from the journal what had ended, as long as it asks for the same in the same order.
    """

    @property
    def tools(self) -> Sequence[Tool]:
        """What may be used here."""
        ...

    async def use(self, tool: str, values: Mapping[str, Json]) -> Output:
        """Use a tool with what a model filled in; raises NodeError once its policy gives up.

        Raises NodeError too where there is no such tool.
        """
        ...

    async def take(self, role: str, values: Mapping[str, Json]) -> Output:
        """Take a step of one's own (`Node.inner`); `values` are its settings. Raises NodeError."""
        ...
