"""Items: the values that travel on wires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from typing_extensions import TypeAliasType

# A JSON value. Nodes narrow it with isinstance; nothing else ever travels on an edge.
Json = TypeAliasType("Json", "bool | int | float | str | list[Json] | dict[str, Json] | None")


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file kept by the workspace under its hash. `size` is in bytes."""

    sha256: str
    name: str
    media_type: str
    size: int


class Item:
    """One value on an edge: JSON and, optionally, files.

    `origin` is only set by nodes that take the whole list: the positions of the input items this
    one was made from (counted over all input ports in their order). `None` means unknown.
    """

    __slots__ = ("files", "json", "origin")

    def __init__(
        self,
        json: Json,
        files: Sequence[FileRef] = (),
        origin: Sequence[int] | None = None,
    ) -> None:
        self.json = json
        self.files = files
        self.origin = origin

    def __repr__(self) -> str:
        return f"Item({self.json!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Item)
            and self.json == other.json
            and list(self.files) == list(other.files)
        )

    __hash__ = None  # type: ignore[assignment]  # items are values, but mutable JSON inside

    def dump(self) -> dict[str, Json]:
        """The item as it is stored: `files` only where there are any."""
        if not self.files:
            return {"json": self.json}
        files: list[Json] = [
            {"sha256": f.sha256, "name": f.name, "media_type": f.media_type, "size": f.size}
            for f in self.files
        ]
        return {"json": self.json, "files": files}

    @staticmethod
    def load(stored: Mapping[str, Json]) -> Item:
        """Read an item back from `dump()`."""
        files = stored.get("files")
        if not files:
            return Item(stored.get("json"))
        refs = [FileRef(**f) for f in files if isinstance(f, dict)]  # type: ignore[union-attr]
        return Item(stored.get("json"), refs)
