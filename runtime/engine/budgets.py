"""What a run may use at most: the flow's settings within what the server allows. Each end has a
reason a person can read, and what was used before a crash counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.graph.document import Settings
from runtime.sdk import NodeError


@dataclass(frozen=True, slots=True)
class Budgets:
    """`stored_bytes` counts results and log lines as they are kept."""

    steps: int
    items_per_step: int
    items: int
    stored_bytes: int

    def within(self, ceiling: Budgets) -> Budgets:
        """The smaller of each two."""
        return Budgets(
            min(self.steps, ceiling.steps),
            min(self.items_per_step, ceiling.items_per_step),
            min(self.items, ceiling.items),
            min(self.stored_bytes, ceiling.stored_bytes),
        )


CEILING = Budgets(1_000_000, 1_000_000, 10_000_000, 2_000_000_000)


def asked_for(settings: Settings) -> Budgets:
    """What a flow's settings say."""
    return Budgets(
        settings.max_steps,
        settings.max_items_per_step,
        settings.max_items,
        int(settings.max_stored_mb * 1e6),
    )


class Spending:
    """What a run has used so far."""

    def __init__(self, budgets: Budgets, steps: int, items: int) -> None:
        self._budgets = budgets
        self._steps, self._items = steps, items

    def begin(self, *, known: bool, items: int) -> None:
        """A step begins with so many items; `known` ones began before a crash already."""
        self._steps += not known
        if self._steps > self._budgets.steps:
            raise too_many_steps(self._budgets.steps)
        if items > self._budgets.items_per_step:
            raise _too_many_items_in_a_step(items, self._budgets.items_per_step)

    def give(self, outputs: Mapping[str, Sequence[Any]]) -> None:
        """A step gives these items."""
        given = sum(map(len, outputs.values()))
        if given > self._budgets.items_per_step:
            raise _too_many_items_in_a_step(given, self._budgets.items_per_step)
        self._items += given
        if self._items > self._budgets.items:
            raise _too_many_items(self._budgets.items)


def too_late(seconds: float) -> NodeError:
    """The flow's deadline has passed."""
    return _stopped(
        f"The run was stopped after {seconds:g} seconds, the longest this flow may take.",
        "Allow more time in the flow's settings, or look for what takes so long.",
    )


def too_many_steps(limit: int) -> NodeError:
    """The flow has taken all the steps it may."""
    return _stopped(
        f"The run was stopped after {limit:,} steps, the most this flow may take.",
        "Look for rounds that never end, or allow more steps in the flow's settings.",
    )


def too_much_stored(limit: int) -> NodeError:
    """The results and log lines of the run are larger than they may be."""
    return _stopped(
        f"The run was stopped because its results and log lines need more than "
        f"{limit / 1e6:,.0f} MB, the most this flow may keep.",
        "Keep only the fields you need, write fewer log lines, or allow more in the settings.",
    )


def _too_many_items_in_a_step(count: int, limit: int) -> NodeError:
    return _stopped(
        f"That are {count:,} items for one step; this flow allows {limit:,}.",
        "Work on the list in parts with a Repeat, or allow more in the flow's settings.",
    )


def _too_many_items(limit: int) -> NodeError:
    return _stopped(
        f"The steps of this run gave more than {limit:,} items, the most this flow allows.",
        "Look for a step that makes more items than you need, or allow more in the settings.",
    )


def _stopped(message: str, fix: str) -> NodeError:
    return NodeError(message, fix=fix, retryable=False)
