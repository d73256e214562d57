"""Asks design time for prompts of the library, without importing it (`SEGUE_PROMPTS`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from runtime.expressions.wording import worded
from runtime.sdk import ErrorClass, NodeError
from runtime.sdk.prompts import FromLibrary, Wording

_KEPT = 1_000  # versions never change, so what was read stays good


def open_wording(workspace: str, wanted: FromLibrary, run_id: str) -> Wording:
    """A prompt's words, filled in; raises NodeError. Blocks: call it in a thread."""
    found = _read(workspace, wanted.prompt, wanted.version, began(run_id))
    if found is None:
        name = f" “{wanted.name}”" if wanted.name else ""
        raise NodeError(
            f"The prompt{name} is not in the library.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Choose another one in the step's settings, or write the words there.",
            field="saved_prompt",
        )
    values = {name: value for name, value in wanted.values.items() if value not in ("", None)}
    try:
        text, system = worded(found["text"], values), worded(found["system"], values)
    except NodeError as error:
        error.field = "saved_prompt"
        raise
    return Wording(found["id"], found["name"], int(found["version"]), text, system)


def began(run_id: str) -> datetime:
    """When a run was accepted, to the millisecond: its id (a uuid7) tells.

    Whatever asks for the run's newest version, and whenever, so means the same one.
    """
    milliseconds = min(
        UUID(run_id).int >> 80, 2**46
    )  # of ids that are no uuid7, any moment will do
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


@lru_cache(maxsize=_KEPT)
def _read(
    workspace: str, prompt: str, version: int | None, as_of: datetime
) -> Mapping[str, Any] | None:
    from django.db import close_old_connections

    close_old_connections()
    try:
        return _opener()(UUID(workspace), UUID(prompt), version, as_of)
    except ValueError:
        return None
    finally:
        close_old_connections()


Opener = Callable[[UUID, UUID, int | None, datetime], Mapping[str, Any] | None]


@cache
def _opener() -> Opener:
    from django.conf import settings
    from django.utils.module_loading import import_string

    opener: Opener = import_string(settings.SEGUE_PROMPTS)
    return opener
