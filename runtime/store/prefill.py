"""Fills a new run's journal beforehand, so that replay takes it from there.

With what another run recorded, and with results that a person laid down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from runtime.engine.history import PINNED
from runtime.sdk.items import Item
from runtime.store.dialect import Connection, chunks
from runtime.store.tables import ATTEMPTS, STEPS, moment

WHY = "Taken over from the run before; it was not done again."
WHY_PINNED = "Its result is pinned; it was not done."
WHY_BEGUN = "Goes on with what the run before had begun."
AT_A_TIME = 500  # rows named in one statement


class NotKeptError(Exception):
    """The run to copy from was deleted meanwhile: it need not be kept any longer."""


@dataclass(frozen=True, slots=True)
class Prefill:
    """What to copy of a run that is over. `seq` is its last event; rows keep their numbers.

    `steps` and `loops` (begun, not ended) are named by their `seq`; `items` are steps of which
    only the items that succeeded are taken; `taken` replaces what a join is recorded to have taken.
    """

    run_id: UUID
    seq: int
    steps: Sequence[int] = ()
    loops: Sequence[int] = ()
    items: Sequence[tuple[str, str]] = ()
    taken: Mapping[int, str] = field(default_factory=dict)
    response: str | None = None


@dataclass(frozen=True, slots=True)
class PinnedStep:
    """A step that is not done: its result stands from the beginning, as a person laid it down."""

    node: str
    outputs: Mapping[str, Sequence[Item]]

    def stored(self) -> bytes:
        """The result as a journal row holds it."""
        ports = {port: [item.dump() for item in items] for port, items in self.outputs.items()}
        return orjson.dumps(ports)


def lay_down(db: Connection, run: UUID, pins: Sequence[PinnedStep], seq: int, at: float) -> None:
    """Write pinned results inside the caller's transaction, numbered after `seq`."""
    rows = [
        {
            "run_id": str(run),
            "node": pin.node,
            "iteration": "",
            "seq": seq + number,
            "status": "succeeded",
            "attempts": 0,
            "items_in": 0,
            "items_out": orjson.dumps({port: len(items) for port, items in pin.outputs.items()}),
            "item_errors": 0,
            "output": pin.stored(),
            "origins": None,
            "taken": orjson.dumps({PINNED: True}),
            "why": WHY_PINNED,
            "error": None,
            "started_at": moment(at),
            "finished_at": moment(at),
        }
        for number, pin in enumerate(pins, start=1)
    ]
    if rows:
        db.insert(STEPS, rows)


def copy_journal(db: Connection, run: UUID, old: Prefill) -> None:
    """Copy rows inside the caller's transaction. Large outputs are shared: rows name their hash.

    Raises NotKeptError: with nothing copied, what has happened already would happen again.
    """
    # Held until all is copied: the pruner locks a run before it deletes anything of it.
    held = f"SELECT 1 FROM runtime_run WHERE id = %s {db.for_key_share}"
    if not db.run(held, (db.id(old.run_id),)):
        raise NotKeptError(str(old.run_id))
    for part in chunks(old.steps, AT_A_TIME):
        _steps(db, run, old, part, {"why": _quoted(WHY)})
    begun = {"why": _quoted(WHY_BEGUN), "status": "'running'", "output": "NULL", "error": "NULL"}
    begun |= {"items_out": "'{}'", "finished_at": "NULL", "origins": "NULL", "item_errors": "0"}
    for part in chunks(old.loops, AT_A_TIME):
        _steps(db, run, old, part, begun)
    for seq, taken in old.taken.items():
        db.run(
            "UPDATE runtime_step SET taken = %s WHERE run_id = %s AND seq = %s",
            (taken, db.id(run), seq),
        )
    _tries(db, run, old)


def _steps(
    db: Connection, run: UUID, old: Prefill, seqs: Sequence[int], instead: Mapping[str, str]
) -> None:
    names = [name for name, _ in STEPS.columns if name != "run_id"]
    numbers = ", ".join(str(int(seq)) for seq in seqs)
    db.run(
        f"INSERT INTO runtime_step (run_id, {', '.join(names)}) "
        f"SELECT %s, {', '.join(instead.get(name, name) for name in names)} "
        f"FROM runtime_step WHERE run_id = %s AND seq IN ({numbers})",
        (db.id(run), db.id(old.run_id)),
    )


def _tries(db: Connection, run: UUID, old: Prefill) -> None:
    """What they cost stands in the run before: counted twice it would be wrong."""
    names = [name for name, _ in ATTEMPTS.columns if name != "run_id"]
    copied = ", ".join("NULL" if name == "usage" else f"a.{name}" for name in names)
    insert = (
        f"INSERT INTO runtime_attempt (run_id, {', '.join(names)}) SELECT %s, {copied} "
        "FROM runtime_attempt a WHERE a.run_id = %s AND "
    )
    db.run(
        f"{insert} EXISTS (SELECT 1 FROM runtime_step s WHERE s.run_id = %s "
        "AND s.node = a.node AND s.iteration = a.iteration AND s.status = 'succeeded')",
        (db.id(run), db.id(old.run_id), db.id(run)),
    )
    for node, iteration in old.items:
        db.run(
            f"{insert} a.node = %s AND a.iteration = %s AND a.status = 'succeeded' "
            "AND a.output IS NOT NULL",
            (db.id(run), db.id(old.run_id), node, iteration),
        )


def _quoted(sentence: str) -> str:
    return "'" + sentence.replace("'", "''") + "'"
