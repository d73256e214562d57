"""All the shapes in which a secret may turn up in a log, an error or an output."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable
from html import escape
from urllib.parse import quote, quote_plus

SHORTEST = 6  # shorter values would mask half of every text
MASK = "•••"


def mask_forms(values: Iterable[str]) -> tuple[str, ...]:
    """Return each value as it is, base64, URL-encoded, JSON- and HTML-escaped; longest first."""
    forms = {form for value in values if len(value) >= SHORTEST for form in _forms(value)}
    return tuple(sorted((f for f in forms if len(f) >= SHORTEST), key=lambda f: (-len(f), f)))


def mask(text: str, forms: Iterable[str]) -> str:
    """Return the text with every form replaced (forms come longest first)."""
    for form in forms:
        text = text.replace(form, MASK)
    return text


def _forms(value: str) -> set[str]:
    raw = value.encode()
    return {
        value,
        b64encode(raw).decode(),
        b64encode(raw).decode().rstrip("="),
        urlsafe_b64encode(raw).decode(),
        urlsafe_b64encode(raw).decode().rstrip("="),
        quote(value, safe=""),
        quote_plus(value),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        escape(value),
    }
