"""Decides whether a URL may be called. It parses once, strictly, and opens nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import urlsplit

import idna

from runtime.network.addresses import is_public
from runtime.sdk import ErrorClass, NodeError

INTERNAL_HOSTS = "SEGUE_INTERNAL_HOSTS"  # host or host:port, separated by commas
PRACTICE = "/practice/"

_URL = re.compile(r"(https?)://([^/?#]*)([/?#].*)?", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:]+)(?::([0-9]{1,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PRACTICE_PATH = re.compile(r"/practice/[A-Za-z0-9_/-]*(?:\?[^#]*)?")
_INNER_SUFFIXES = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa")


@dataclass(frozen=True, slots=True)
class Target:
    """A checked place to send a request to. `trusted` ones may lie inside the own network."""

    scheme: str
    host: str  # lower case, ASCII, IPv6 without brackets
    port: int
    rest: str  # path and query
    trusted: bool = False
    own: bool = False  # this install's practice world

    @property
    def origin(self) -> tuple[str, str, int]:
        """What has to stay the same for secrets to be sent on."""
        return (self.scheme, self.host, self.port)

    @property
    def url(self) -> str:
        """The URL as it is dialled."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        port = "" if self.port == usual else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.rest or '/'}"


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules of this install: which internal hosts an admin allowed, and its practice world."""

    internal: frozenset[str] = frozenset()
    own_url: str = ""

    @classmethod
    def from_environment(cls) -> Guard:
        """Read the admin's list and this install's own address."""
        listed = os.environ.get(INTERNAL_HOSTS, "").split(",")
        own = os.environ.get("SEGUE_PRACTICE_URL") or os.environ.get("SEGUE_PUBLIC_URL") or ""
        names = frozenset(name.strip().lower() for name in listed if name.strip())
        return cls(names, own.rstrip("/"))

    def check(self, url: str) -> Target:
        """Return where the URL leads; raises NodeError when it may not be called."""
        if url.startswith(PRACTICE):
            return self._practice(url)
        target = _parsed(url)
        if self.allows(target.host, target.port):
            return Target(target.scheme, target.host, target.port, target.rest, trusted=True)
        _refuse_inner_name(target.host)
        if _is_address(target.host) and not is_public(target.host):
            raise not_public(target.host)
        return target

    def check_host(self, host: str, port: int) -> Target:
        """The same for a connection that is not HTTP, whose host and port stand by themselves."""
        text = host.strip()
        if not text or _CONTROL.search(text) or len(text) > 300:
            raise _refused("The host in the connection cannot be read.")
        name = _host(f"[{text}]" if ":" in text else text)
        if self.allows(name, port):
            return Target("", name, port, "", trusted=True)
        _refuse_inner_name(name)
        if _is_address(name) and not is_public(name):
            raise not_public(name)
        return Target("", name, port, "")

    def allows(self, host: str, port: int) -> bool:
        """Whether an admin allowed this internal host."""
        shown = f"[{host}]" if ":" in host else host
        return bool(self.internal & {host, shown, f"{shown}:{port}"})

    def check_answers(self, target: Target, answers: Iterable[str]) -> None:
        """Every address a name leads to must be public, or the name allowed."""
        if target.trusted:
            return
        for answer in answers:
            if not is_public(answer):
                raise not_public(target.host)

    def _practice(self, path: str) -> Target:
        """A path of this very install's practice world: no other place of it can be reached."""
        if not self.own_url or not _PRACTICE_PATH.fullmatch(path) or _CONTROL.search(path):
            raise _refused(
                "This practice address cannot be reached here.",
                fix="Use the full address of a service, beginning with https://.",
            )
        own = urlsplit(self.own_url)
        port = own.port or (443 if own.scheme == "https" else 80)
        return Target(own.scheme, own.hostname or "", port, path, trusted=True, own=True)


def not_public(host: str) -> NodeError:
    """The host lies inside somebody's network."""
    return NodeError(
        f"“{host}” is not an address on the public internet, so steps may not call it.",
        error_class=ErrorClass.INPUT,
        retryable=False,
        fix=f"Ask your admin to allow it: {INTERNAL_HOSTS} takes “{host}”.",
        field="url",
    )


def _parsed(url: str) -> Target:
    if _CONTROL.search(url) or "\\" in url or len(url) > 8_000:
        raise _refused("The address holds characters that addresses cannot hold.")
    found = _URL.fullmatch(url)
    if found is None:
        raise _refused(
            "The address must begin with https:// or http://.",
            fix="Write it in full, for example https://api.example.com/orders.",
        )
    scheme, authority, rest = found[1].lower(), found[2], found[3] or "/"
    if "@" in authority:
        raise _refused(
            "The address holds a user name or password.",
            fix="Use a connection for signing in, and leave it out of the address.",
        )
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None or "%" in authority:
        raise _refused("The host in the address cannot be read.")
    port = int(parts[2]) if parts[2] else (443 if scheme == "https" else 80)
    if not 1 <= port <= 65_535:
        raise _refused("The port in the address must be between 1 and 65535.")
    rest = rest.split("#", 1)[0]
    return Target(scheme, _host(parts[1]), port, rest if rest.startswith("/") else f"/{rest}")


def _host(text: str) -> str:
    if text.startswith("["):
        try:
            return str(IPv6Address(text[1:-1]))
        except AddressValueError:
            raise _refused("The host in the address cannot be read.") from None
    name = _ascii(text.lower()).removesuffix(".")
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused("The host in the address cannot be read.")
    if _NUMERIC.fullmatch(labels[-1]):
        try:
            return str(IPv4Address(name))
        except AddressValueError:
            raise _refused("The number in the address is not a usual IP address.") from None
    return name


def _ascii(name: str) -> str:
    """International names by IDNA 2008; look-alikes of digits and dots are refused by it."""
    if name.isascii():
        return name
    try:
        return idna.encode(name).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise _refused("The host in the address cannot be read.") from None


def _refuse_inner_name(host: str) -> None:
    if _is_address(host):
        return
    if "." not in host or host.endswith(_INNER_SUFFIXES):
        raise not_public(host)


def _is_address(host: str) -> bool:
    return ":" in host or _NUMERIC.fullmatch(host.rsplit(".", 1)[-1]) is not None


def _refused(message: str, fix: str | None = None) -> NodeError:
    return NodeError(message, error_class=ErrorClass.INPUT, retryable=False, fix=fix, field="url")
