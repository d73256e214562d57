"""The address of a step that will wait for a call, known as soon as its run is.

An earlier step can hand it out. It is signed, not stored: it names the run and the step, and
whoever calls it ends the one wait that is open there.
"""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

PREFIX = "step-"
_SALT = "segue.step_address"


def step_token(run_id: UUID, key: str) -> str:
    """Return the token of a run's step."""
    named = base64.urlsafe_b64encode(run_id.bytes + key.encode()).decode().rstrip("=")
    return f"{PREFIX}{named}.{_sign(named)}"


def read_step_token(token: str) -> tuple[UUID, str] | None:
    """Return the run and the step's key, or None for a token that we did not make."""
    named, _, signature = token.removeprefix(PREFIX).partition(".")
    if not token.startswith(PREFIX) or not constant_time_compare(_sign(named), signature):
        return None
    try:
        raw = base64.urlsafe_b64decode(named + "=" * (-len(named) % 4))
        return UUID(bytes=raw[:16]), raw[16:].decode()
    except (ValueError, binascii.Error):
        return None


def _sign(named: str) -> str:
    return salted_hmac(_SALT, named, algorithm="sha256").hexdigest()
