"""How a node that goes round describes its rounds; the engine opens and closes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from runtime.sdk.items import Json

START, CONTINUE = "start", "continue"
EACH_ROUND, FINISHED = "each_round", "finished"


class LoopKind(StrEnum):
    EACH = "each"  # for every item, in batches
    TIMES = "times"
    UNTIL = "until"


class Rounds(StrEnum):
    ALL = "all"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class LoopSpec:
    """A resolved description of a loop.

    `batch_size` items go into each round of EACH; `parallel` rounds run at once (EACH and TIMES
    only: UNTIL needs the last round's result); `maximum` always bounds the rounds.
    """

    kind: LoopKind
    batch_size: int = 1
    parallel: int = 1
    times: int = 1
    maximum: int = 1000
    collect: Rounds = Rounds.ALL
    until: Json = None  # a conditions value, judged after each round
