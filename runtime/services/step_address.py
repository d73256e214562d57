"""The address of a step that will wait for a call or a person, known as soon as its run is.

An earlier step can hand it out. It is signed, not stored: it names the run and the step. Whoever
calls the first kind ends the one wait that is open there; the second kind leads a person, who has
to sign in, to the question.
"""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

PREFIX = "step-"
_SALT = "segue.step_address"
_DECISION = "segue.decision_address"
_QUESTION = "segue.question_address"


def step_token(run_id: UUID, key: str) -> str:
    """Return the token of a run's step."""
    return PREFIX + _signed(run_id, key, _SALT)


def read_step_token(token: str) -> tuple[UUID, str] | None:
    """Return the run and the step's key, or None for a token that we did not make."""
    return _read(token.removeprefix(PREFIX), _SALT) if token.startswith(PREFIX) else None


def decision_address(run_id: UUID, key: str) -> str:
    """Return where a person decides what a run's step asks."""
    return f"{settings.PUBLIC_URL}/decide/{_signed(run_id, key, _DECISION)}/"


def read_decision_token(token: str) -> tuple[UUID, str] | None:
    """Return the run and the step's key, or None for a token that we did not make."""
    return _read(token, _DECISION)


def question_address(wait_id: UUID) -> str:
    """Return where a person decides one question; for a mail."""
    return f"{settings.PUBLIC_URL}/decide/{_signed(wait_id, '', _QUESTION)}/"


def read_question_token(token: str) -> UUID | None:
    """Return the question's id, or None for a token that we did not make."""
    found = _read(token, _QUESTION)
    return found[0] if found else None


def _signed(run_id: UUID, key: str, salt: str) -> str:
    named = base64.urlsafe_b64encode(run_id.bytes + key.encode()).decode().rstrip("=")
    return f"{named}.{_sign(named, salt)}"


def _read(token: str, salt: str) -> tuple[UUID, str] | None:
    named, _, signature = token.partition(".")
    if not constant_time_compare(_sign(named, salt), signature):
        return None
    try:
        raw = base64.urlsafe_b64decode(named + "=" * (-len(named) % 4))
        return UUID(bytes=raw[:16]), raw[16:].decode()
    except (ValueError, binascii.Error):
        return None


def _sign(named: str, salt: str) -> str:
    return salted_hmac(salt, named, algorithm="sha256").hexdigest()
