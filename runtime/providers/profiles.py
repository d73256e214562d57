"""Asks design time which models there are, without importing it (`SEGUE_MODEL_PROFILES`)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from runtime.practice.meaning import MODEL
from runtime.providers.protocols import Profile
from runtime.sdk import ErrorClass, NodeError

KEPT_SECONDS = 5.0
_kept: dict[tuple[str, str | None], tuple[float, Profile]] = {}


def open_profile(workspace: str, profile: str | None) -> Profile:
    """The profile, from memory for a few seconds. Blocks: call it in a thread."""
    key = (workspace, profile)
    kept = _kept.get(key)
    if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    opened = _read(workspace, profile)
    if len(_kept) > 1_000:
        _kept.clear()
    _kept[key] = (time.monotonic(), opened)
    return opened


def built_in(workspace: str) -> Profile:
    """The model that comes with Segue and measures meaning; each workspace counts its own calls."""
    return Profile(
        id=str(uuid5(UUID(workspace), "meaning")),
        name="Built-in, for meaning",
        provider="practice",
        model=MODEL,
        base_url="",
        credential=None,
        context_tokens=2_048,
        price_in=0.0,
        price_out=0.0,
        patience_seconds=300.0,
        measures=True,
        texts_at_once=32,
    )


def known_profile(workspace: str, profile: str | None) -> Profile | None:
    """What `open_profile` found a moment ago; never blocks."""
    kept = _kept.get((workspace, profile))
    return kept[1] if kept and time.monotonic() - kept[0] < KEPT_SECONDS else None


def _read(workspace: str, profile: str | None) -> Profile:
    from django.db import close_old_connections

    close_old_connections()
    try:
        found = _opener()(UUID(workspace), UUID(profile) if profile else None)
    except ValueError:
        found = None
    finally:
        close_old_connections()
    if found is None:
        raise NodeError(
            "The model this step uses is gone." if profile else "No model has been set up yet.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Choose a model in the step's settings.",
            field="model",
        )
    return Profile(
        id=str(found["id"]),
        name=str(found["name"]),
        provider=str(found["provider"]),
        model=str(found["model"]),
        base_url=str(found["base_url"]),
        credential=found["credential_id"],
        context_tokens=int(found["context_tokens"]),
        price_in=float(found["price_in"]),
        price_out=float(found["price_out"]),
        patience_seconds=float(found["patience_seconds"]),
        fallback=found["fallback_id"],
        calls_a_minute=int(found["calls_a_minute"]),
        tokens_a_minute=int(found["tokens_a_minute"]),
        at_once=int(found["at_once"]),
        native_tools=bool(found["native_tools"]),
        measures=bool(found["measures"]),
        texts_at_once=int(found["texts_at_once"]),
    )


@cache
def _opener() -> Callable[[UUID, UUID | None], Mapping[str, Any] | None]:
    from django.conf import settings
    from django.utils.module_loading import import_string

    opener: Callable[[UUID, UUID | None], Mapping[str, Any] | None] = import_string(
        settings.SEGUE_MODEL_PROFILES
    )
    return opener
