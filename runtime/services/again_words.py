"""How a repetition reads: which steps stand, which are done anew and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from runtime.engine.again import Redone, Why
from runtime.models import Run
from runtime.services.plan_again import Repetition

PART = "part"  # where a run begins that was to do only a part of its flow
WHY = {
    Why.CHOSEN: _("It begins here."),
    Why.FAILED: _("It failed."),
    Why.UNFINISHED: _("It had not finished."),
    Why.CHANGED: _("Its settings are different now."),
    Why.WIRED: _("It is wired differently now."),
    Why.NEW: _("It is new."),
    Why.GONE: _("What it gave was removed meanwhile."),
}


def words_of(repetition: Repetition) -> dict[str, Any]:
    """Return `{kept, redone, acts, uncertain}` with the names people know the steps by."""
    names = {node.key: node.label for node in repetition.plan.nodes}
    takeover = repetition.takeover
    return {
        "kept": _named(takeover.kept, names),
        "redone": [
            {"key": key, "name": names[key], "why": _why(redone, names)}
            for key, redone in takeover.redone.items()
            if key in names
        ],
        "acts": _named(repetition.acts, names),
        "uncertain": _named(repetition.uncertain, names),
    }


def is_part(run: Run) -> bool:
    """Whether the run was asked to do only a part of its flow."""
    return bool(run.again) and orjson.loads(run.again or "{}")["from"] == PART


def told_words(stored: str | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what a repeated run keeps of how it came to be, in words; None for other runs."""
    if not stored:
        return None
    told = orjson.loads(stored)
    return {
        "from": told["from"],
        "step": _named([told["step"]], names)[0] if told["step"] else None,
        "on": told["on"],
        "kept": _named(told["kept"], names),
        "redone": [
            {
                "key": key,
                "name": names.get(key, key),
                "why": _why(Redone(Why(why), after), names),
            }
            for key, (why, after) in told["redone"].items()
        ],
    }


def _why(redone: Redone, names: Mapping[str, str]) -> str:
    if redone.why is Why.AFTER:
        return str(_("It comes after “%(name)s”.")) % {
            "name": names.get(redone.after or "", redone.after)
        }
    return str(WHY[redone.why])


def _named(keys: Any, names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "name": names.get(key, key)} for key in keys]
