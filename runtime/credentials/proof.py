"""What proves who makes a call: the call as it came, and comparing secrets without telling them."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

TOLERANCE_SECONDS = 300  # how far a signed time may be from ours, as most who sign recommend
# Python's int() would also take spaces, signs, underscores and other scripts' digits.
_SECONDS = re.compile(r"[0-9]{1,11}", re.ASCII)


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call from outside: header names in lower case, the body as it came, our time (Unix)."""

    headers: Mapping[str, str]
    body: bytes
    now: float


def same(given: str, wanted: str) -> bool:
    """Whether two texts are equal, in a time that does not say where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode("utf-8"))


def same_bytes(given: bytes, wanted: bytes) -> bool:
    """The same for bytes."""
    return hmac.compare_digest(given, wanted)


def recent(seconds: str, now: float) -> bool:
    """Whether a time as a text of digits lies within the tolerance."""
    if not _SECONDS.fullmatch(seconds):
        return False
    return abs(now - int(seconds)) <= TOLERANCE_SECONDS


def mac(key: bytes, message: bytes, algorithm: str = "sha256") -> bytes:
    """The HMAC of a message (RFC 2104)."""
    return hmac.new(key, message, getattr(hashlib, algorithm)).digest()
