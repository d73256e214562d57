"""Several orders of the same things as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

# Cormack, Clarke and Büttcher, Reciprocal Rank Fusion outperforms Condorcet (SIGIR 2009)
_K = 60


def fused(orders: Sequence[Sequence[T]], weights: Sequence[float] = ()) -> list[T]:
    """Best first: what stands high in several orders stands higher than the best of one."""
    found: dict[T, float] = defaultdict(float)
    for number, order in enumerate(orders):
        weight = weights[number] if number < len(weights) else 1.0
        for place, one in enumerate(order, 1):
            found[one] += weight / (_K + place)
    return sorted(found, key=lambda one: -found[one])
