"""What a worker does with a hint. Must never raise: Celery's consumer survives only some errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog

from runtime.worker.host import host

log = structlog.get_logger(__name__)


def strategy(task: Any, app: Any, consumer: Any, **_: Any) -> Callable[..., None]:
    """Celery's extension point: returns the handler for messages of this task.

    The queue takes no acknowledgements: what a message speaks of is a row, and stays one.
    """

    def handler(message: Any, body: Any, ack: Any, reject: Any, callbacks: Any, **_: Any) -> None:
        try:
            host().submit(run_ids(message.payload if body is None else body))
        except Exception as error:  # noqa: BLE001  a hint may be lost, the consumer may not
            log.warning("hint.ignored", error=repr(error))

    return handler


def run_ids(body: Any) -> list[UUID]:
    """The ids in a message, whichever of Celery's two forms it has; bad ones are left out."""
    kwargs = body[1] if isinstance(body, (list, tuple)) and len(body) > 1 else body
    values = kwargs.get("runs") if isinstance(kwargs, dict) else None
    found: list[UUID] = []
    for value in values if isinstance(values, list) else ():
        try:
            found.append(UUID(str(value)))
        except ValueError:
            log.warning("hint.bad_id", value=str(value)[:60])
    return found
