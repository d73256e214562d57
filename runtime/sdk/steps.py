"""What a step that uses tools sees of them, and of the steps it takes inside of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from runtime.sdk.items import Json
from runtime.sdk.output import Output

if TYPE_CHECKING:  # it speaks of steps itself
    from runtime.sdk.context import HttpClient


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


@dataclass(frozen=True, slots=True)
class Offer:
    """One of the tools that a single step stands for; `name` is what its other side calls it."""

    name: str
    label: str
    guidance: str
    schema: Mapping[str, Any] = field(default_factory=dict)
    asks_first: bool = False


class ToolSource(Protocol):
    """How a step that stands for several tools says which, and how one of them is used.

    Both are done by running the step itself, with some of its settings given. So both are in the
    journal, and whoever goes on after a crash sees the same list.
    """

    def listing(self) -> Mapping[str, Json]:
        """The settings with which it says which tools there are."""
        ...

    def offers(self, made: Output) -> Sequence[Offer]:
        """What it said then."""
        ...

    def using(self, name: str, arguments: Mapping[str, Json]) -> Mapping[str, Json]:
        """The settings with which one of them is used."""
        ...

    async def choices(self, params: Any, http: HttpClient) -> Sequence[Mapping[str, Json]]:
        """For the form: all there are, each as `{name, title, description, print}`.

        Whoever ticks one keeps its `print`, which is another one once it says something else.
        Raises NodeError.
        """
        ...


class Steps(Protocol):
    """Steps inside of a step, each of them journalled by itself with its tries, log and result.

    They are numbered in the order in which they are asked for. Where a worker died, its successor
    gets from the journal what had ended, as long as it asks for the same in the same order.
    """

    async def tools(self) -> Sequence[Tool]:
        """What may be used here; raises NodeError where a step cannot say what it offers.

        Where a step stands for several tools, asking is a step of its own, taken once.
        """
        ...

    async def use(self, tool: str, values: Mapping[str, Json]) -> Output:
        """Use a tool with what a model filled in; raises NodeError once its policy gives up.

        Raises NodeError too where there is no such tool.
        """
        ...

    async def take(self, role: str, values: Mapping[str, Json]) -> Output:
        """Take a step of one's own (`Node.inner`); `values` are its settings. Raises NodeError."""
        ...
