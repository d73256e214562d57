"""What passages mean, held ready in the process that looks for them: one matrix a collection.

Whoever changes a collection counts up its turn; what is held here is brought up to date at the next
look, by what came and what went. So what was taken out is not found again, by nobody.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from runtime.models import Passage

MOST_BYTES = 600_000_000  # of all collections together; those longest not asked for give way
_AT_ONCE = 2_000  # rows read from the database


@dataclass(slots=True)
class Held:
    """Ids and their vectors, row by row; as of which turn."""

    turn: int
    ids: Any  # numpy int64, ascending
    rows: Any  # numpy float32, one row an id

    @property
    def size(self) -> int:
        return int(self.rows.nbytes)


class Vectors:
    """Those of the collections that were asked for last."""

    def __init__(self) -> None:
        self._held: OrderedDict[UUID, Held] = OrderedDict()
        self._lock = threading.Lock()

    def nearest(
        self, collection: UUID, turn: int, one: bytes, most: int, among: Sequence[int] | None
    ) -> list[tuple[int, float]]:
        """Ids and cosines of the passages nearest to a vector, nearest first.

        `among`: only these passages, ascending; None: all.
        """
        import numpy as np

        held = self._fresh(collection, turn)
        asked = np.frombuffer(one, dtype="<f4")
        if not len(held.ids) or held.rows.shape[1] != len(asked):
            return []
        ids, rows = held.ids, held.rows
        if among is not None:
            chosen = np.isin(ids, np.array(among, dtype=np.int64))
            ids, rows = ids[chosen], rows[chosen]
        cosines = rows @ asked
        count = min(most, len(ids))
        best = np.argpartition(-cosines, count - 1)[:count] if count else np.array([], dtype=int)
        # Equal ones in the order of their ids, so that every database says the same.
        ordered = sorted(best.tolist(), key=lambda row: (-float(cosines[row]), int(ids[row])))
        return [(int(ids[row]), float(cosines[row])) for row in ordered]

    def _fresh(self, collection: UUID, turn: int) -> Held:
        with self._lock:
            held = self._held.get(collection)
            if held is None or held.turn != turn:
                held = _brought_up_to_date(collection, turn, held)
                self._held[collection] = held
            self._held.move_to_end(collection)
            while len(self._held) > 1 and sum(h.size for h in self._held.values()) > MOST_BYTES:
                self._held.popitem(last=False)
            return held


def _brought_up_to_date(collection: UUID, turn: int, before: Held | None) -> Held:
    import numpy as np

    rows = Passage.objects.filter(collection_id=collection).order_by("id")
    there = np.fromiter(rows.values_list("id", flat=True).iterator(_AT_ONCE), dtype=np.int64)
    if before is None:
        known, kept = np.array([], dtype=np.int64), None
    else:
        stays = np.isin(before.ids, there)
        known, kept = before.ids[stays], before.rows[stays]
    fresh = np.setdiff1d(there, known)
    parts = [] if kept is None or not len(known) else [kept]
    for start in range(0, len(fresh), _AT_ONCE):
        wanted = fresh[start : start + _AT_ONCE]
        read = rows.filter(id__gte=int(wanted[0]), id__lte=int(wanted[-1]))
        found = dict(read.values_list("id", "vector"))
        block = b"".join(bytes(found.get(int(one), b"")) for one in wanted)
        parts.append(np.frombuffer(block, dtype="<f4").reshape(len(wanted), -1))
    if not parts:
        return Held(turn, np.array([], dtype=np.int64), np.zeros((0, 0), dtype="<f4"))
    ids = np.concatenate([known, fresh])
    order = np.argsort(ids, kind="stable")
    return Held(turn, ids[order], np.concatenate(parts)[order])


vectors = Vectors()
