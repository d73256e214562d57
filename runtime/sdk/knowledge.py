"""What the workspace knows: documents in collections, found by meaning and by their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from runtime.sdk.items import Json
from runtime.sdk.meaning import Measured

How = Literal["both", "meaning", "words"]


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document on its way into a collection. `key` tells it: the same key replaces it.

    `digest` is the same as long as nothing of it changed that matters; `about` is what can be
    filtered by.
    """

    key: str
    title: str
    text: str
    digest: str
    address: str = ""
    about: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document: where it lies, the headings above it, and the part around it."""

    text: str
    start: int
    end: int
    heading: str
    wide_start: int
    wide_end: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. `where` is a `Conditions` as plain data over documents (`title`, `key`,
    `address`, and what is known about them); `most` passages at most."""

    question: str
    how: How = "both"
    most: int = 6
    least: float = 0.0  # how alike in meaning, from 0 to 1; what stands out by its words stays
    where: Mapping[str, Any] | None = None
    wide: bool = False  # give the part around each passage in its stead


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that fits, with the document it stands in. `alike`: None where not measured."""

    passage: int
    document: str
    title: str
    address: str
    heading: str
    text: str
    start: int
    end: int
    alike: float | None
    by: How
    read_at: float  # when the document was read, Unix time


class Knowledge(Protocol):
    """The collections of the workspace. Everything raises NodeError."""

    async def digest(self, collection: str, key: str) -> str | None:
        """That of a document as it stands there; None where it does not."""
        ...

    async def put(
        self,
        collection: str,
        document: KnownDocument,
        passages: Sequence[Passage],
        meaning: Measured | None,
    ) -> None:
        """Put a document in, whole or not at all; a collection that is not there is made.

        Without passages only the time is noted at which it was read and had not changed.
        """
        ...

    async def remove(self, collection: str, key: str) -> bool:
        """Take a document out; returns whether it was there."""
        ...

    async def find(
        self, collection: str, wanted: Wanted, meaning: Measured | None
    ) -> Sequence[Found]:
        """The passages that fit best, best first. `meaning` is the question's."""
        ...
