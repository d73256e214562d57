"""How large files may be."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

MEGABYTE = 1_000_000
MOST_FILE = "SEGUE_MOST_FILE_MB"
MOST_OF_A_RUN = "SEGUE_MOST_RUN_FILES_MB"
MOST_FILES = 100  # in one call, form or message


@dataclass(frozen=True, slots=True)
class FileLimits:
    """In bytes: one file, and all files of one run together."""

    file: int = 50 * MEGABYTE
    run: int = 500 * MEGABYTE


def file_limits(environment: Mapping[str, str] = os.environ) -> FileLimits:
    """The server's limits; raises ValueError that names the variable that is wrong."""
    usual = FileLimits()
    return FileLimits(
        _bytes(environment, MOST_FILE, usual.file), _bytes(environment, MOST_OF_A_RUN, usual.run)
    )


def in_words(size: int) -> str:
    """A size as people say it."""
    if size >= MEGABYTE:
        return f"{size / MEGABYTE:.1f} MB".replace(".0 MB", " MB")
    return f"{size / 1000:.1f} kB".replace(".0 kB", " kB") if size >= 1000 else f"{size} bytes"


def _bytes(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    try:
        found = float(text)
    except ValueError:
        found = 0
    if not 0 < found < 1e6:
        raise ValueError(f"{name} must be a number of megabytes above 0, not {text!r}.")
    return int(found * MEGABYTE)
