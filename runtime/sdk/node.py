"""A node is one file: a class that declares what it is and one method that does it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from runtime.sdk.context import Context
from runtime.sdk.items import Item, Json
from runtime.sdk.loop import LoopSpec
from runtime.sdk.output import Output, Resumed
from runtime.sdk.params import NodeParams
from runtime.sdk.policy import Policy
from runtime.sdk.ports import Port, PortRows, ports_under
from runtime.sdk.schedules import Schedule
from runtime.sdk.steps import ToolSource


class Effect(StrEnum):
    """What running it does to the world. The engine asks this, never the node's name."""

    PURE = "pure"  # same input, same output; safe to recompute
    READS = "reads"  # looks at the world without changing it
    EXTERNAL = "external"  # changes the world or costs money: recorded before it starts


class Mode(StrEnum):
    EACH = "each"  # once per item
    ALL = "all"  # once for the whole list


class JoinRule(StrEnum):
    ALL = "all"  # wait for every wire
    ANY = "any"  # the first wire that brings at least one item
    FIRST = "first"  # the first wire that brings anything


@dataclass(frozen=True, slots=True)
class Example:
    """Shown in the docs and run as a test: with these params, this input gives this output.

    Values on both sides are the items' JSON. `output` is left out where it depends on the world;
    such an example is still checked for valid params.
    """

    name: str
    params: Mapping[str, Any]
    input: Sequence[Json] = ()
    inputs: Mapping[str, Sequence[Json] | None] | None = None
    output: Mapping[str, Sequence[Json]] | None = None


@dataclass(frozen=True, slots=True)
class TriggerInfo:
    """How a trigger is started: `kind` names the way, `label` says it to a person.

    `by_flows`: by what happens in other flows, or by an assistant that looks in the workspace for
    what it may use; such a trigger has an entry instead of an address.
    `page`: by people on a public page, at the address in its setting `path`.
    """

    kind: str
    label: str
    by_flows: bool = False
    page: bool = False


# What `check` finds: field, sentence, and where there is one what to do about it.
Finding = tuple[str, str] | tuple[str, str, str]


class Node:
    """Base of every node type.

    Subclasses set the class variables and implement `run` (or `run_batch` for cheap pure work on
    many items at once). The docstring's first line is the help text people see.
    """

    type: ClassVar[str]
    version: ClassVar[int] = 1
    name: ClassVar[str]
    category: ClassVar[str]
    icon: ClassVar[str] = "box"
    keywords: ClassVar[Sequence[str]] = ()
    summary: ClassVar[str] = ""

    inputs: ClassVar[Sequence[Port]] = (Port("in"),)
    outputs: ClassVar[Sequence[Port]] = (Port("out"),)
    dynamic_outputs: ClassVar[PortRows | None] = None
    mode: ClassVar[Mode] = Mode.EACH
    effect: ClassVar[Effect] = Effect.PURE
    default_policy: ClassVar[Policy] = Policy()

    routes: ClassVar[bool] = False
    passes: ClassVar[bool] = False  # its items are those that came in, unchanged
    # By which exit items go on that failed and may go on all the same; empty: by the first one. For
    # types whose first exit says that something is good: what could not be judged is not good.
    fails_by: ClassVar[str] = ""
    waits: ClassVar[bool] = False
    asks: ClassVar[bool] = False  # its wait is ended by a person who is signed in, not by a call
    starts_over: ClassVar[bool] = False  # a try after a failed wait begins anew, and waits anew
    streams: ClassVar[bool] = False  # its words are shown as they come; see `Context.shown`
    told: ClassVar[Sequence[str]] = ()  # settings that a model is told: they count as tokens
    cpu: ClassVar[bool] = False
    loop: ClassVar[bool] = False
    responds: ClassVar[bool] = False
    usable_as_tool: ClassVar[bool] = False
    # Used as a tool it stands for several, and says which when it is asked.
    tool_source: ClassVar[ToolSource | None] = None
    tells: ClassVar[str] = ""  # used as a tool: the field of what it gives that is told, else all
    # It may use other steps (`ctx.steps`), wired to its port for tools. It must take the same way
    # again where they answer the same: whoever goes on after a crash begins it anew, and what it
    # did is not done again but remembered.
    uses_tools: ClassVar[bool] = False
    inner: ClassVar[Mapping[str, Any]] = {}  # node types of what else it does, by role
    trigger: ClassVar[TriggerInfo | None] = None

    examples: ClassVar[Sequence[Example]] = ()
    output_sample: ClassVar[Json] = None

    class Params(NodeParams):
        """No settings."""

    async def run(self, params: Any, ctx: Context) -> Output:
        """Do the work for `ctx.item` (or for `ctx.items` in *all* mode)."""
        return Output.items([ctx.item])

    async def resume(self, params: Any, ctx: Context, resumed: Resumed) -> Output:
        """Go on after a wait; by default the item passes through."""
        return Output.items([ctx.item])

    def place(self) -> AbstractAsyncContextManager[Node]:
        """Where it runs: what is entered is what runs there. Here, at once."""
        return nullcontext(self)

    @classmethod
    def looks_on(cls, raw: Mapping[str, Any]) -> bool:
        """Of a trigger with these (raw) params: whether who started the run follows its words."""
        return False

    @classmethod
    def output_ports(cls, params: Mapping[str, Any]) -> Sequence[Port]:
        """The outputs under these (raw) params; most types have the same ones always.

        Types declare what depends on params by `dynamic_outputs` and `Port.only_if`, so that the
        canvas can tell too.
        """
        defaults = {name: info.default for name, info in cls.Params.model_fields.items()}
        return ports_under(cls.outputs, cls.dynamic_outputs, {**defaults, **params})

    @classmethod
    def join_rule(cls, params: Mapping[str, Any]) -> JoinRule:
        """When a node with several wires runs. Only Merge answers anything but ALL."""
        return JoinRule.ALL

    @classmethod
    def loop_spec(cls, params: Any) -> LoopSpec:
        """For `loop` types: the rounds that these resolved params ask for."""
        raise TypeError(f"{cls.type} is not a loop")

    @classmethod
    def calls_back(cls, params: Any) -> bool:
        """For types that wait: whether somebody outside may end the wait by an address.

        Then `ctx.callback_url` is there, and counts from the moment `run` begins.
        """
        return cls.waits

    @classmethod
    def schedule(cls, params: Any) -> Schedule | None:
        """For triggers that start by the clock: when. Raises BadTimetableError."""
        return None

    @classmethod
    def check(cls, params: Any) -> Sequence[Finding]:
        """Findings beyond the schema."""
        return ()

    @classmethod
    def check_in_flow(cls, params: Any) -> Sequence[Finding]:
        """For types usable as tools: findings that count only where it is none."""
        return ()

    @classmethod
    def check_as_tool(cls, raw: Mapping[str, Any], filled: Collection[str]) -> Sequence[Finding]:
        """For types usable as tools: findings where a model fills in the `filled` settings.

        `raw` are the settings as written; those that are left to the model are not among them.
        """
        return ()

    @classmethod
    def changes_something(cls, raw: Mapping[str, Any]) -> bool:
        """Whether, set like that, it changes something that somebody may want to be asked about."""
        return cls.effect is Effect.EXTERNAL

    @classmethod
    def migrate(cls, params: dict[str, Any], from_version: int) -> dict[str, Any]:
        """Bring params of an older version up to `version`."""
        return params


class PlacedNode(Node):
    """Stands for a node that runs elsewhere. Waiting for a place is not part of its time limit."""

    def place(self) -> AbstractAsyncContextManager[Node]:
        """A place, and what runs there; raises NodeError where there is none to be had."""
        raise TypeError(f"{type(self).__name__} has no places")


class BatchNode(Node):
    """Cheap pure work: called once with all items, journalled as one step without attempt rows.

    Implements `run_batch` in *each* mode and `run_whole` in *all* mode.
    """

    def run_batch(
        self, params: Sequence[Any], items: Sequence[Item]
    ) -> Sequence[Output | BaseException]:
        """One result per item, in order; an exception stands for that item's failure."""
        raise TypeError(f"{self.type} has no run_batch")

    def run_whole(self, params: Any, items: Sequence[Item]) -> Output:
        """The same for *all* mode: one result for the whole list."""
        raise TypeError(f"{self.type} has no run_whole")
