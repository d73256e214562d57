"""Which hosts a connection may be sent to. Patterns are host names or `*.` and a domain."""

import re
from collections.abc import Iterable

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_PATTERN = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\]")


def tidy_host(text: str) -> str | None:
    """Return the pattern in lower case, None if it is not a host name."""
    host = text.strip().lower().rstrip(".")
    return host if _PATTERN.fullmatch(host) else None


def host_allowed(host: str, patterns: Iterable[str]) -> bool:
    """Return whether one of the patterns names the host. No pattern allows nothing.

    `*.example.com` means its subdomains and not example.com itself, as in TLS certificates.
    """
    name = host.lower().rstrip(".")
    return any(
        name.endswith(pattern[1:]) if pattern.startswith("*.") else name == pattern
        for pattern in patterns
    )
