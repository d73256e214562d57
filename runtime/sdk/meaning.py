"""What texts mean, as models measure it, and facts found by it. Vectors are plain bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from runtime.sdk.items import Json

MeaningKind = Literal["query", "passage"]  # what is looked for, and what is found


@dataclass(frozen=True, slots=True)
class Measured:
    """What texts mean: for each a vector of length 1, as little-endian float32.

    What was measured lately comes from memory; limits and budgets hold as for questions. Vectors
    can be compared only with those of the same `model`. `usage` is what it took, as it is kept with
    a try.
    """

    vectors: Sequence[bytes]
    model: str
    dimensions: int
    usage: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Told:
    """A fact; how alike it is to what was looked for (0 to 1), and when it was last told (Unix)."""

    text: str
    alike: float
    at: float


class Facts(Protocol):
    """What flows of the workspace remember about a person or a topic, for long.

    `about` names it; what facts mean is measured by whoever calls (`Models.embed`). Everything
    raises NodeError.
    """

    async def remember(
        self,
        about: str,
        facts: Sequence[str],
        meaning: Measured,
        *,
        expires_in: float | None = None,
        key: str,
    ) -> int:
        """Keep them, once for the key; the same fact is kept once. Returns how many were new."""
        ...

    async def recall(self, about: str, meaning: Measured, *, most: int) -> Sequence[Told]:
        """The facts most alike to the one text measured by the same model; the best one first."""
        ...

    async def forget(self, about: str, *, key: str) -> int:
        """Forget all of them, once for the key; returns how many there were."""
        ...
