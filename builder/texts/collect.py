"""Everything that a person reads and that Python says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from builder.texts.borrowed import BORROWED
from builder.texts.declared import declared
from builder.texts.in_code import Text, errors, marked, parsed, sentences
from builder.texts.in_templates import in_templates

# What says its sentences in English, translated where they leave (runtime/services/spoken.py).
SPOKEN_LATER = (
    "credentials", "engine", "expressions", "filing", "graph", "keeping", "network", "nodes", "sdk",
    "searching",
)  # fmt: skip
# Of these only the errors: what else they say is said to models, and to machines.
ERRORS_ONLY = ("children", "mcp", "practice", "providers", "sandbox", "services")
# Commands speak English, as their options do.
IN_ENGLISH = ("management", "launch")


def collect(root: Path | None = None) -> set[Text]:
    """Return every text; one that also occurs with a plural stands there once, with it."""
    root = root or Path(settings.BASE_DIR)
    texts = {text for text in _all(root) if text[0].strip()}
    plural = {singular for singular, other in texts if other is not None}
    return {text for text in texts if text[1] is not None or text[0] not in plural}


def _all(root: Path) -> Iterator[Text]:
    for package in ("builder", "runtime"):
        for module in parsed(root / package, without=IN_ENGLISH):
            yield from marked(module)
        yield from in_templates(root / package)
    for layer in ERRORS_ONLY:
        for module in parsed(root / "runtime" / layer):
            yield from errors(module)
    for layer in SPOKEN_LATER:
        for module in parsed(root / "runtime" / layer):
            yield from sentences(module)
    yield from ((text, None) for text in (*declared(), *BORROWED))
