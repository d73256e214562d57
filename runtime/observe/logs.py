"""Log lines: one shape for everything Segue's processes say, for people or for machines.

A line has time, level and event, and where it came from inside a run. Text from outside can forge
no second line and no colours; secrets and items are not logged at all, and what looks like a
secret is masked all the same.
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from runtime.engine.place import PLACE

FORMAT, LEVEL = "SEGUE_LOG_FORMAT", "SEGUE_LOG_LEVEL"
LONGEST = 4_000  # characters of one value
MASK = "…"
_SECRET = re.compile(r"secret|token|password|passwd|authorization|cookie|api_?key", re.IGNORECASE)
_USERINFO = re.compile(r"(?<=://)[^/@\s]+@")
_PLACES = ("run", "flow", "workspace", "step", "iteration", "item", "attempt")
# These tell every address they call or every message they take; addresses may hold secrets.
_TALKATIVE = ("httpx", "httpcore", "celery.worker.strategy", "celery.app.trace", "kombu", "amqp")


def logging_config() -> dict[str, Any]:
    """For Django's `LOGGING`: one handler for all, to the error stream."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "runtime.observe.logs.LineFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": os.environ.get(LEVEL, "INFO").upper()},
        "loggers": {
            "django.request": {"level": "ERROR"},
            **{name: {"level": "WARNING"} for name in _TALKATIVE},
        },
    }


def configure_structlog() -> None:
    """Let our own loggers speak through the standard library's, so that there is one way out."""
    logging.captureWarnings(True)
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, _hand_over],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _hand_over(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    exc_info = event.pop("exc_info", None)
    return (dict(event),), {"exc_info": exc_info}


class LineFormatter(logging.Formatter):
    """Makes a line of a record, whoever wrote it."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()
        self._as_json = os.environ.get(FORMAT, "").strip().lower() == "json"

    def format(self, record: logging.LogRecord) -> str:
        """One line; in the readable form a traceback follows, indented."""
        fields = fields_of(record)
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        if self._as_json:
            if trace:
                fields["exception"] = "\n".join(map(one_line, trace.splitlines()))
            return json.dumps(fields, ensure_ascii=False)
        return _readable(fields) + "".join(f"\n    | {one_line(line)}" for line in _lines(trace))


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What the line says, in order."""
    said: Mapping[str, Any] = record.msg if isinstance(record.msg, dict) else {}
    event = said.get("event") if said else record.getMessage()
    fields: dict[str, Any] = {
        "time": _time(record.created),
        "level": record.levelname.lower(),
        "event": clean("event", event),
        "logger": one_line(record.name),
    }
    place = PLACE.get()
    found = {name: getattr(place, name) for name in _PLACES} if place is not None else {}
    for name in _PLACES:
        value = said.get(name, found.get(name))
        if value is not None and value != "":
            fields[name] = clean(name, value)
    for name, value in sorted(said.items()):
        if name not in fields and name != "event":
            fields[one_line(str(name))] = clean(name, value)
    return fields


def clean(name: str, value: Any) -> Any:
    """A value that can be shown: on one line, of bearable length, without what is secret."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if _SECRET.search(name):
        return MASK
    return one_line(_USERINFO.sub(f"{MASK}@", str(value)))


def one_line(text: str) -> str:
    """With everything encoded that would begin a new line, or steer a terminal."""
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[: LONGEST + 1])
    return shown if len(shown) <= LONGEST else shown[:LONGEST] + MASK


def _readable(fields: Mapping[str, Any]) -> str:
    head = f"{fields['time']} {fields['level'].upper():7} {fields['event']}"
    rest = [f"{n}={_quoted(v)}" for n, v in fields.items() if n not in ("time", "level", "event")]
    return " ".join([head, *rest])


def _quoted(value: Any) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if " " in text or "=" in text else text


def _lines(text: str) -> list[str]:
    return text.splitlines()


def _time(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"
