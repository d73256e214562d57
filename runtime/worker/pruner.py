"""Deletes what need not be kept any longer: an own thread, an own connection, one worker at a time.

It works in short transactions and leaves the database to the others between them.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from runtime.filing.shelf import Shelf
from runtime.observe import metrics
from runtime.retention import House, Rule, house_rule
from runtime.store.dialect import Connection, DatabaseDownError
from runtime.store.file_uses import Unused, is_file_used
from runtime.store.prune import (
    BEFORE_ALL,
    ROWS_AT_ONCE,
    Due,
    Found,
    delete_runs,
    due_runs,
    find_due,
    flows_with_runs,
    thin,
    wish_of,
)
from runtime.store.prune_snapshots import drop_unused_snapshots

log = structlog.get_logger(__name__)
TASK = "prune"
LOOKED_AT = 1_000  # runs found by one query
EVERYTHING_AGAIN_SECONDS = 3_600.0
SNAPSHOTS_SECONDS = 6 * 3_600.0
# How long a transaction may hold the others up, and how much of the time is theirs.
AIM_SECONDS = 0.02
SHARE = 0.5


@dataclass(slots=True)
class Pruned:
    """What one pass deleted."""

    runs: int = 0
    snapshots: int = 0
    files: int = 0


@dataclass(slots=True)
class _Place:
    """How far runs of one kind were looked through under one rule."""

    rule: Rule
    after: UUID = BEFORE_ALL


@dataclass(slots=True)
class Pruning:
    """The work itself, without the thread. `pause` is called between two transactions."""

    house: House
    pause: Callable[[float], bool]  # waits so many seconds; True: stop
    rows: int = 500  # journal rows in one transaction; follows how long they take
    shelf: Shelf | None = None
    _places: dict[tuple[UUID | None, str], _Place] = field(default_factory=dict)
    _everything_at: float = 0.0
    _snapshots_at: float = 0.0
    _files_at: float = 0.0

    def run(self, db: Connection) -> Pruned:
        """Delete all that is due; raises DatabaseDownError."""
        done = Pruned()
        if time.monotonic() >= self._everything_at:
            # Runs that ended late lie before the places; they are found now and then.
            self._places.clear()
            self._everything_at = time.monotonic() + EVERYTHING_AGAIN_SECONDS
        for flow in list(flows_with_runs(db)):
            rule = self.house.rule(wish_of(db, flow))
            for due in due_runs(db, flow, rule, db.now()):
                if self._flow(db, due, rule, done):
                    return done
        if time.monotonic() >= self._snapshots_at:
            self._snapshots_at = time.monotonic() + SNAPSHOTS_SECONDS
            for dropped in drop_unused_snapshots(db):
                done.snapshots += dropped
                if self.pause(0.001):
                    break
        self._forgotten_files(db, done)
        return done

    def _forgotten_files(self, db: Connection, done: Pruned) -> None:
        """What was brought and never referred to, or left by a pass that was killed."""
        if self.shelf is None or time.monotonic() < self._files_at:
            return
        self._files_at = time.monotonic() + SNAPSHOTS_SECONDS
        for workspace, sha256 in self.shelf.old():
            done.files += self._drop_file(db, UUID(workspace), sha256)
            if self.pause(0.001):
                return

    def _drop_file(self, db: Connection, workspace: UUID, sha256: str) -> bool:
        return self.shelf is not None and self.shelf.drop(
            str(workspace), sha256, lambda: is_file_used(db, workspace, sha256)
        )

    def _flow(self, db: Connection, due: Due, rule: Rule, done: Pruned) -> bool:
        place = self._places.get((due.flow_id, due.kind))
        if place is None or place.rule != rule:
            place = self._places[due.flow_id, due.kind] = _Place(rule)
        while True:
            found = find_due(db, due, place.after, LOOKED_AT)
            waiting = list(found)
            while waiting:
                batch = self._next(waiting)
                if self._timed(db, batch, done):
                    return True
                place.after = batch[-1].id
            if len(found) < LOOKED_AT:
                place.after = max(place.after, UUID(int=due.until.int - 1))
                return False

    def _next(self, waiting: list[Found]) -> list[Found]:
        """Take the next few off the list: as many as one transaction can do."""
        batch = [waiting.pop(0)]
        rows = batch[0].rows
        while waiting and (rows := rows + waiting[0].rows + 1) <= self.rows:
            batch.append(waiting.pop(0))
        return batch

    def _timed(self, db: Connection, batch: list[Found], done: Pruned) -> bool:
        if batch[0].rows > ROWS_AT_ONCE:
            while thin(db, batch[0].id):
                if self.pause(AIM_SECONDS):
                    return True
        began = time.monotonic()
        files: Unused = set()
        done.runs += delete_runs(db, [run.id for run in batch], files)
        took = time.monotonic() - began
        for workspace, sha256 in files:
            done.files += self._drop_file(db, workspace, sha256)
        if took > AIM_SECONDS * 1.5:
            self.rows = max(50, self.rows * 2 // 3)
        elif took < AIM_SECONDS * 0.7:
            self.rows = min(5_000, self.rows * 5 // 4)
        return self.pause(took * (1 - SHARE) / SHARE)


class Pruner:
    """Runs in each worker; whoever holds the lock works, the others look whether it is free."""

    def __init__(
        self,
        open_connection: Callable[[], Connection],
        house: House,
        every_seconds: float,
        shelf: Shelf | None = None,
    ) -> None:
        self._open = open_connection
        self._every = every_seconds
        self._stop = threading.Event()
        self._work = Pruning(house, self._stop.wait, shelf=shelf)
        self._thread = threading.Thread(target=self._main, name="segue-prune", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the transaction under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _main(self) -> None:
        db: Connection | None = None
        while not self._stop.wait(self._every):
            try:
                db = db or self._open()
                if db.hold_alone(TASK):
                    self._pass(db)
            except DatabaseDownError as error:
                log.warning("prune.database_away", error=str(error))
                _close(db)
                db = None
            except Exception:  # with its lock kept and no thread, nobody would prune any more
                log.exception("prune.failed")
                _close(db)
                db = None
        _close(db)

    def _pass(self, db: Connection) -> None:
        began = time.monotonic()
        done = self._work.run(db)
        metrics.pruned("runs", done.runs)
        metrics.pruned("snapshots", done.snapshots)
        metrics.pruned("files", done.files)
        if done.runs or done.snapshots or done.files:
            seconds = round(time.monotonic() - began, 2)
            log.info(
                "pruned",
                runs=done.runs,
                snapshots=done.snapshots,
                files=done.files,
                seconds=seconds,
            )


def start_pruner(
    open_connection: Callable[[], Connection], shelf: Shelf | None = None
) -> Pruner | None:
    """The pruner as the environment asks for it; None where it is switched off."""
    every = float(os.environ.get("SEGUE_PRUNE_SECONDS", "30"))
    if every <= 0:
        return None
    pruner = Pruner(open_connection, house_rule(os.environ), every, shelf)
    pruner.start()
    return pruner


def _close(db: Connection | None) -> None:
    if db is not None:
        try:
            db.close()
        except Exception as error:  # noqa: BLE001  a connection that is gone may fail to close
            log.debug("database.close", error=str(error))
