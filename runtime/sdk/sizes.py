"""How much a step that reads a format takes at once."""

from __future__ import annotations

from runtime.sdk.errors import ErrorClass, NodeError
from runtime.sdk.items import FileRef

MOST_TEXT = 1_000_000  # characters: some seconds of the slowest reader
PIECE_BYTES = 256_000  # of a file, at a time


def not_too_long(text: str, field: str, *, most: int = MOST_TEXT) -> str:
    """The text, or a NodeError that names the field."""
    if len(text) <= most:
        return text
    raise NodeError(
        f"The text has {len(text):,} characters; at most {most:,} can be read at once.",
        error_class=ErrorClass.INPUT,
        retryable=False,
        fix="Read a smaller part of it, or split it up before.",
        field=field,
    )


def not_too_large(file: FileRef, most: int) -> None:
    """Raise NodeError where a file is larger than can be read at once."""
    if file.size > most:
        raise NodeError(
            f"“{file.name}” has {file.size / 1e6:,.1f} MB; at most {most / 1e6:,.1f} MB can be "
            "read at once.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Take a smaller file, or split it up before.",
        )


def too_deep(field: str) -> NodeError:
    """For data with more levels inside of one another than can be followed."""
    return NodeError(
        "The text is nested too deeply to be read.",
        error_class=ErrorClass.INPUT,
        retryable=False,
        fix="Look at the data: texts that people write have far fewer levels.",
        field=field,
    )
