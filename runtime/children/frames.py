"""What a worker and its children say to each other: a small head and a pickled body.

The reader takes plain values and the sdk's own classes only, so that nothing a child sends can
make the worker run code.
"""

from __future__ import annotations

import io
import pickle
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

HEAD = struct.Struct(">IBQ")  # bytes of the body, kind, number of the attempt
LARGEST = 256 * 1024 * 1024  # bytes
_MODULES = ("runtime.sdk.", "runtime.providers.protocols")


class Kind(IntEnum):
    """Who says it is in the comment."""

    READY = 1  # child: the step type is loaded; the body is None or why it could not be
    RUN = 2  # worker: begin an attempt
    CANCEL = 3  # worker: stop an attempt
    OUTPUT = 4  # child: an attempt's output
    FAILED = 5  # child: an attempt's error
    LOG = 6  # child: a line for the step's log
    CALL = 7  # child: do this of the context for me
    ANSWER = 8  # worker: its result, or its error


@dataclass(frozen=True, slots=True)
class Frame:
    """One message; `body` is still packed, so that a bad one concerns its attempt only."""

    kind: Kind
    attempt: int
    body: bytes

    def open(self) -> Any:
        """The body; raises UnfitBodyError where it holds anything but plain values."""
        return unpack(self.body)


class UnfitBodyError(ValueError):
    """A value that may not travel between the processes."""


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("builtins", "range"):  # a handy way to say where items came from
            return range
        found = None
        if module.startswith(_MODULES) and "." not in name:
            found = super().find_class(module, name)
        if not isinstance(found, type) or found.__module__ != module:
            raise UnfitBodyError(f"a {module}.{name} is not plain data")
        return found


def pack(kind: Kind, attempt: int, value: Any) -> bytes:
    """A message as bytes; raises UnfitBodyError."""
    try:
        body = pickle.dumps(value, protocol=5)
    except Exception as error:  # noqa: BLE001  pickle raises whatever an object does
        raise UnfitBodyError(str(error)) from None
    if len(body) > LARGEST:
        raise UnfitBodyError(f"{len(body):,} bytes are too much at once")
    return HEAD.pack(len(body), kind, attempt) + body


def unpack(body: bytes) -> Any:
    """Read a body; raises UnfitBodyError."""
    try:
        return _PlainUnpickler(io.BytesIO(body)).load()
    except UnfitBodyError:
        raise
    except Exception as error:  # noqa: BLE001  as above, for bytes made to harm
        raise UnfitBodyError(f"it cannot be read: {error}") from None
