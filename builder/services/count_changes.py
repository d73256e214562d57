"""Counts what publishing would change, as a person counts: each step, wire and setting once."""

from runtime.graph.diff import What, diff
from runtime.graph.document import Document
from runtime.registry import registry

COUNTED = {What.STEP, What.WIRE, What.SETTINGS}  # notes and frames change no run


def count_changes(before: Document, after: Document) -> int:
    """Return the number of changes; where things stand on the canvas is not one."""
    return sum(1 for found in diff(before, after, registry()) if found.what in COUNTED)
