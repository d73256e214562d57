"""Keys, passwords and tokens in a text."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from runtime.guarding.spans import Span, compiled, matches

KIND = "secret"

# Beginnings and shapes that services publish for their keys, so that leaks can be found.
_SHAPES = {
    "private key": r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)"
    r"(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)",
    "key of an AI service": r"\bsk-(?:ant-|proj-|or-v1-|svcacct-)?[A-Za-z0-9_\-]{20,}"
    r"|\bhf_[A-Za-z0-9]{30,}|\bgsk_[A-Za-z0-9]{40,}|\br8_[A-Za-z0-9]{30,}",
    "key of a payment service": r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"
    r"|\bwhsec_[A-Za-z0-9+/=]{24,}",
    "key of a code host": r"\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}"
    r"|\bglpat-[A-Za-z0-9_\-]{16,}|\bnpm_[A-Za-z0-9]{30,}|\bpypi-[A-Za-z0-9_\-]{50,}"
    r"|\bdckr_pat_[A-Za-z0-9_\-]{20,}",
    "key of a chat service": r"\bxox[abeoprs]-[A-Za-z0-9\-]{10,}|\b\d{8,10}:AA[A-Za-z0-9_\-]{32,}"
    r"|hooks\.slack\.com/services/[A-Z0-9]+/[A-Z0-9]+/[A-Za-z0-9]{16,}",
    "key of a cloud": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[A-Za-z0-9_\-]{30,}"
    r"|\bGOCSPX-[A-Za-z0-9_\-]{20,}|\bya29\.[A-Za-z0-9_\-]{20,}|\bdop_v1_[a-f0-9]{40,}"
    r"|AccountKey=[A-Za-z0-9+/=]{40,}|\bshp(?:at|ca|pa|ss)_[a-f0-9]{30,}"
    r"|\bSG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{30,}|\bkey-[a-f0-9]{32}\b",
    "signed token": r"\beyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}",
}
# These shapes tell capital letters from small ones.
_KNOWN = {rule: compiled(f"(?-i:{shape})") for rule, shape in _SHAPES.items()}
_IN_ADDRESS = compiled(r"[a-z][a-z0-9+.\-]*://[^/\s:@{}<]*:([^/\s@{}<]{3,})@")
_CALLED = compiled(
    r"(?:password|passwort|passwd|passphrase|kennwort|pwd|pass|secret|client[_ \-]?secret"
    r"|api[_ \-]?key|access[_ \-]?key|api[_ \-]?token|auth[_ \-]?token|access[_ \-]?token|token"
    r"|bearer|zugangsschl(?:ü|ue)ssel|pin)[\"']?"
    r"(?:\s*(?:is|ist|lautet|heißt|was|war|to|for|zu)\b(?:\s*now|\s*jetzt)?\s*:?\s*|\s*[:=]+>?\s*|\s+)"
    r"[\"'`“„]?([^\s\"'`“”„,;<>{}\[\]()]{4,200})"
)
_TOKEN = compiled(r"[A-Za-z0-9_+/=\-]{20,}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_HARMLESS_BEFORE = re.compile(
    r"(?:base64,|sha(?:1|256|384|512)[-:]|integrity=\S*|commit[: ]+|checksum\S*[: ]+|md5[: ]+"
    r"|[a-z]+://\S*)$",
    re.IGNORECASE,
)
_HOLDER = re.compile(
    r"^[*x•.…_-]+$|^(?:your|my|dein|ihr|mein|the)[-_ ]|example|placeholder", re.IGNORECASE
)
_LEAST_BITS = 3.6
_LEAST_TURNS = 0.3


def known_secrets(text: str) -> Iterator[Span]:
    """Keys of known shape, private keys, passwords in addresses and those that are called so."""
    for rule, pattern in _KNOWN.items():
        for found in matches(pattern, text):
            yield Span(found.start(), found.end(), KIND, rule)
    for found in matches(_IN_ADDRESS, text):
        if not _HOLDER.search(found.group(1)):
            yield Span(found.start(1), found.end(1), KIND, "password in an address")
    for found in matches(_CALLED, text):
        piece = found.group(1).rstrip(".!?:")
        before = text[found.start() - 1 : found.start()]
        if not before.isalnum() and _is_meant(piece):
            yield Span(found.start(1), found.start(1) + len(piece), KIND, "named password")


def random_looking(text: str) -> Iterator[Span]:
    """Long tokens that nobody would have written by hand."""
    for found in matches(_TOKEN, text):
        piece = found.group()[:300].strip("=")
        before = text[max(0, found.start() - 200) : found.start()]
        if _HARMLESS_BEFORE.search(before.rpartition(" ")[2] or before[-12:]):
            continue
        if _HARMLESS_BEFORE.search(before[-16:]) or _UUID.fullmatch(piece):
            continue
        if looks_random(piece):
            yield Span(found.start(), found.end(), KIND, "looks random")


def looks_random(piece: str) -> bool:
    """Whether letters and digits change so often that it is no word, name or number."""
    kinds = [_kind(letter) for letter in piece]
    if not {"upper", "lower", "digit"} <= set(kinds):
        return False  # also hashes in hex, which are printed everywhere and are no secrets
    turns = sum(one != other for one, other in pairwise(kinds)) / len(kinds)
    return turns >= _LEAST_TURNS and _bits(piece) >= _LEAST_BITS and piece.count("/") < 3


def _bits(piece: str) -> float:
    """Shannon's entropy of its characters, in bits for each."""
    size = len(piece)
    return -sum(n / size * math.log2(n / size) for n in Counter(piece).values())


def _kind(letter: str) -> str:
    if letter.isdigit():
        return "digit"
    if not letter.isalpha():
        return "sign"
    return "upper" if letter.isupper() else "lower"


def _is_meant(piece: str) -> bool:
    """Whether a value that is called a password is one: no word of a sentence, no stand-in."""
    if len(piece) < 4 or _HOLDER.search(piece) or piece.count("/") > 1:
        return False
    kinds = {_kind(letter) for letter in piece}
    return len(kinds) >= 2 and bool(kinds & {"digit", "sign"}) and not _is_worded(piece)


def _is_worded(piece: str) -> bool:
    """Words joined by hyphens, and numbers with a unit, are words."""
    return bool(re.fullmatch(r"[^\W\d_]+(?:[-'’/.][^\W\d_]+)*|[\d.,:/-]+[^\W\d_]{0,3}", piece))
