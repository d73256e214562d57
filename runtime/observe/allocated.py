"""Files of figures whose every byte has its place on the disk before it is written to.

The library maps files that are sparse. On a disk that is full, writing into such a hole ends the
process (SIGBUS): the web server would fall because of a counter.
"""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

FIRST_BYTES = 1 << 16  # what the library begins with; it doubles that as often as it needs
ENTRY_BYTES = 40  # at most what an entry takes besides its name


class AllocatedDict(MmapedDict):
    """The library's, without holes; raises OSError where the disk has no room for more."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        if not read_mode:
            _allocate(Path(filename), FIRST_BYTES)
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        size = self._capacity
        while self._used + len(key.encode()) + ENTRY_BYTES > size:
            size *= 2
        if size > self._capacity:
            _allocate(Path(self._fname), size)
        super()._init_value(key)  # type: ignore[no-untyped-call]


def _allocate(path: Path, size: int) -> None:
    is_new = not path.exists()
    with path.open("ab") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, size)
        except OSError:
            if is_new:
                path.unlink()  # whoever adds all figures up could not read half a file
            raise


def use_allocated_files() -> None:
    """From now on the library keeps its figures in files without holes."""
    values.MmapedDict = AllocatedDict  # type: ignore[attr-defined]
