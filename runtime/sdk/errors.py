"""What a node raises. The error says whether another try can help; the engine decides from that."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class ErrorClass(StrEnum):
    """What kind of failure it was; a retry policy chooses by it."""

    NETWORK = "network"  # no answer: refused, reset, DNS
    TIMEOUT = "timeout"
    STATUS_429 = "status_429"
    STATUS_5XX = "status_5xx"
    STATUS_4XX = "status_4xx"
    BAD_ANSWER = "bad_answer"  # an answer came, but not one that can be used
    LOST = "lost"  # the worker died in the middle
    INPUT = "input"  # the data or the settings are wrong; trying again cannot help
    CODE = "code"  # the user's formula or code failed
    OTHER = "other"


class NodeError(Exception):
    """A failure with a sentence for the person who can act on it.

    `fix` says what to do next. `retryable=None` leaves it to the policy's list of classes;
    `False` forbids another try whatever the policy says. `retry_after` is in seconds.
    """

    def __init__(
        self,
        message: str,
        *,
        error_class: ErrorClass = ErrorClass.OTHER,
        retryable: bool | None = None,
        retry_after: float | None = None,
        status: int | None = None,
        fix: str | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_class = error_class
        self.retryable = retryable
        self.retry_after = retry_after
        self.status = status
        self.fix = fix
        self.field = field


class NotNowError(Exception):
    """Not a failure: there is no place at a model yet, or nothing left of a budget.

    The item waits and its try goes on from the start, without counting as another one. `why` is a
    sentence that people read; `due_at` (Unix time) is when to look again, None where somebody wakes
    it. With a `question` (as the inbox shows it) a person is asked.
    """

    def __init__(
        self, why: str, *, due_at: float | None = None, question: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(why)
        self.why = why
        self.due_at = due_at
        self.question = question


class ProcessLostError(NodeError):
    """The process a step ran in is gone, and nobody knows how far it came."""

    def __init__(self) -> None:
        super().__init__(
            "The process of this step stopped in the middle.", error_class=ErrorClass.LOST
        )
