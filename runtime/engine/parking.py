"""An item that waits: its row, how the wait ended, and what travels with it to the next owner."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from runtime.engine.encode import decode, encode
from runtime.engine.history import StoredWait
from runtime.engine.rows import WaitRow
from runtime.sdk import Json, NotNowError, Park, ParkKind, Resumed

if TYPE_CHECKING:
    from runtime.engine.attempts import ItemRunner

NOT_PARKED = 0  # the number of a wait that may be answered before its step parks
PAUSE = "pause"  # in the details of a wait: the try it belongs to has not done anything yet
_MAYBE_BEFORE = frozenset({"place", ParkKind.APPROVAL.value})
# Somebody outside ends these. Where their time is up, the row says who was first.
_ANSWERABLE = frozenset({ParkKind.CALLBACK.value, ParkKind.APPROVAL.value})


@dataclass(slots=True)
class ParkedItem:
    """An item that waits, with the runner that goes on, and how the wait ended once it has."""

    wait: WaitRow
    runner: ItemRunner
    resumed: Resumed | None = None
    choice: str | None = None  # for an unknown outcome: repeat, done, stop
    value: Json = None
    by_our_clock: bool = False

    @property
    def in_doubt(self) -> bool:
        """Whether an answer may have been there before our clock said that the time was up."""
        return self.by_our_clock and self.wait.kind in _ANSWERABLE

    @property
    def pause(self) -> Mapping[str, Json] | None:
        """What is known of a wait before a try: `why`, in words, and what the try goes on from."""
        details = decode(self.wait.details)
        paused = details.get(PAUSE) if isinstance(details, dict) else None
        return paused if isinstance(paused, dict) else None

    @property
    def before_its_try(self) -> bool:
        """Whether its try has not done anything yet: it keeps its place among the items."""
        return self.wait.kind in _MAYBE_BEFORE and self.pause is not None

    def settle(self, *, expired: bool, outcome: Json) -> None:
        """Put in how the wait ended."""
        details = decode(self.wait.details)
        if self.before_its_try:
            self.resumed = _load((self.pause or {}).get("resumed"))
            return
        if self.wait.kind in ("retry", "decision"):
            self.resumed = _load(details)
        if self.wait.kind == "decision":
            answer = outcome if isinstance(outcome, dict) else {}
            self.choice = str(answer.get("choice", "stop"))
            self.value = answer.get("output")
        elif self.wait.kind != "retry":
            self.resumed = Resumed(ParkKind(self.wait.kind), expired, outcome, details)


def dump_resumed(resumed: Resumed | None) -> Json:
    """What a try that goes on after a wait must still have if it is made later, by another."""
    if resumed is None:
        return None
    return {
        "kind": resumed.kind.value,
        "expired": resumed.expired,
        "value": resumed.value,
        "details": resumed.details,
    }


def dump_pause(later: NotNowError, resumed: Resumed | None) -> Json:
    """Why a try waits before it begins, what a person is asked, and what it goes on from."""
    paused: dict[str, Json] = {"why": later.why, "resumed": dump_resumed(resumed)}
    return {**(later.question or {}), PAUSE: paused}


def _load(details: Json) -> Resumed | None:
    if not isinstance(details, dict):
        return None
    kept: dict[str, Any] = details
    return Resumed(ParkKind(kept["kind"]), bool(kept["expired"]), kept["value"], kept["details"])


def _new_token() -> str:
    """256 random bits: whoever has them may end the wait."""
    return secrets.token_hex(32)


def _token_of(park: Park) -> str | None:
    """How the end of a wait finds it: by a secret, or by the run it waits for."""
    if park.kind is ParkKind.CHILD:
        return UUID(park.child).hex if park.child else None
    return None if park.kind is ParkKind.TIMER else _new_token()


def closed(wait: WaitRow | None) -> list[WaitRow]:
    """The row that says a wait is over; none where there was no wait."""
    if wait is None:
        return []
    wait.status = "closed"
    return [wait]


def row_of(runner: ItemRunner, wait: StoredWait) -> WaitRow:
    """The row of a wait that an earlier owner left."""
    return WaitRow(
        wait.id,
        runner.owner.claim.id,
        runner.node.key,
        runner.step.ready.iteration,
        runner.number,
        wait.number,
        wait.kind,
        wait.status,
        wait.token,
        wait.due_at,
        encode(wait.details),
        runner.owner.clock.now(),
    )


def address_row(runner: ItemRunner) -> WaitRow:
    """The wait of an item that may be answered before it parks."""
    return new_row(runner, ParkKind.CALLBACK.value, number=NOT_PARKED, token=_new_token())


def row_of_park(runner: ItemRunner, park: Park) -> WaitRow:
    """The wait that a node asks for."""
    return new_row(
        runner,
        park.kind.value,
        number=runner.attempt,
        due_at=park.due_at,
        details=park.details,
        token=_token_of(park),
    )


def new_row(
    runner: ItemRunner,
    kind: str,
    *,
    number: int,
    due_at: float | None = None,
    details: Json = None,
    token: str | None = None,
) -> WaitRow:
    """An open wait of the runner's item."""
    owner = runner.owner
    return WaitRow(
        owner.new_id(),
        owner.claim.id,
        runner.node.key,
        runner.step.ready.iteration,
        runner.number,
        number,
        kind,
        "open",
        token,
        due_at,
        encode(details),
        owner.clock.now(),
    )
