"""What every node has besides its params: retry, time-out, what to do on errors."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from runtime.sdk.errors import ErrorClass
from runtime.sdk.items import Json


class Backoff(StrEnum):
    CONSTANT = "constant"
    EXPONENTIAL = "exponential"
    RANDOM = "random"


class Jitter(StrEnum):
    NONE = "none"
    FULL = "full"


class OnError(StrEnum):
    STOP = "stop"
    DEFAULT = "default"
    ERROR_PORT = "error_port"
    CONTINUE = "continue"


class OnUnknown(StrEnum):
    """What to do when a worker died after an effect began and nobody knows whether it happened."""

    RETRY = "retry"
    ASK = "ask"
    FAIL = "fail"


NETWORK_CLASSES = (
    ErrorClass.NETWORK,
    ErrorClass.TIMEOUT,
    ErrorClass.STATUS_429,
    ErrorClass.STATUS_5XX,
)


class Retry(BaseModel):
    """How often and how patiently a failed item is tried again. All times are in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attempts: Annotated[int, Field(ge=1, le=100)] = 1
    backoff: Backoff = Backoff.EXPONENTIAL
    delay_seconds: Annotated[float, Field(ge=0, le=86_400)] = 1.0
    max_delay_seconds: Annotated[float, Field(ge=0, le=604_800)] = 60.0
    jitter: Jitter = Jitter.FULL
    budget_seconds: Annotated[float, Field(gt=0, le=2_592_000)] | None = None
    on: tuple[ErrorClass, ...] = NETWORK_CLASSES
    respect_retry_after: bool = True

    @classmethod
    def network(cls) -> Self:
        """Three tries on whatever a flaky network or a busy server causes."""
        return cls(attempts=3)


class Policy(BaseModel):
    """One list for every node; a document stores only what differs from the type's default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retry: Retry = Retry()
    timeout_seconds: Annotated[float, Field(gt=0, le=86_400)] | None = None
    on_error: OnError = OnError.STOP
    default_value: Json = None
    on_unknown: OnUnknown = OnUnknown.RETRY
    concurrency: Annotated[int, Field(ge=1, le=1000)] | None = None
    run_on_empty: bool = False
