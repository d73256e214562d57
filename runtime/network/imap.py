"""Reads what is new in a mailbox (IMAP, RFC 9051). Blocks: by a thread of its own.

Mails have numbers that only grow as long as the mailbox says the same UIDVALIDITY (2.3.1.1); where
it says another one, everything there counts as known, so that no mail starts a flow twice.
"""

from __future__ import annotations

import asyncio
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from runtime.network.dial import Line, line_to
from runtime.network.resolver import Lookup, system_lookup
from runtime.sdk import ErrorClass, NodeError

SECONDS = 20.0  # for each word of the server
MOST_BYTES = 25_000_000  # of one mail; a larger one is passed by
_KIND = "mail.imap"
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Position:
    """How far a mailbox was read."""

    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail: its number, and itself; None where it is too large to be taken."""

    uid: int
    content: bytes | None


@dataclass(frozen=True, slots=True)
class News:
    """What came since, oldest first, and up to where that is."""

    position: Position
    mails: Sequence[Arrived]


def read_news(
    workspace: str,
    credential: str,
    folder: str,
    since: Position | None,
    most: int,
    *,
    lookup: Lookup = system_lookup,
) -> News:
    """At most `most` mails that came after `since`; none where it is None. Raises NodeError."""
    line = asyncio.run(line_to(workspace, credential, _KIND, 993, lookup=lookup))
    with _mailbox(line, folder) as server:
        validity = _said(server, "UIDVALIDITY")
        if since is None or since.validity != validity:
            return News(Position(validity, _last(server)), ())
        found = [uid for uid in _numbers(server, f"{since.uid + 1}:*") if uid > since.uid][:most]
        mails = [Arrived(uid, _content(server, uid)) for uid in found]
        return News(Position(validity, found[-1] if found else since.uid), mails)


async def look_in(workspace: str, credential: str) -> None:
    """Sign in and go again; raises NodeError."""
    line = await line_to(workspace, credential, _KIND, 993)

    def work() -> None:
        with _mailbox(line, "INBOX"):
            pass

    await asyncio.to_thread(work)


class _Plain(imaplib.IMAP4):
    """Dials the address that was checked."""

    def __init__(self, line: Line, address: str) -> None:
        self._address = address
        super().__init__(line.host, line.port, SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return socket.create_connection((self._address, self.port), timeout)


class _Encrypted(_Plain):
    """The same, encrypted from the start."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = super()._create_socket(timeout)
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


@contextmanager
def _mailbox(line: Line, folder: str) -> Iterator[imaplib.IMAP4]:
    """The folder, opened for reading only: what a person has not read stays unread."""
    secret = line.credential.secret
    way = secret.get("encryption") or ("starttls" if line.port == 143 else "tls")
    if way not in ("tls", "starttls", "none"):
        raise _refused(f"“{way}” is no way to encrypt; it is one of tls, starttls, none.")
    with _in_words(line):
        server = _dialled(line, _Encrypted if way == "tls" else _Plain)
        try:
            if way == "starttls":
                server.starttls(ssl.create_default_context())
            _sign_in(server, line)
            if server.select(_quoted(folder), readonly=True)[0] != "OK":
                raise _refused(f"There is no folder “{folder}” in the mailbox.")
            yield server
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()


def _dialled(line: Line, kind: type[_Plain]) -> imaplib.IMAP4:
    for address in line.addresses[:-1]:
        with suppress(OSError):
            return kind(line, address)
    return kind(line, line.addresses[-1])


def _sign_in(server: imaplib.IMAP4, line: Line) -> None:
    secret = line.credential.secret
    try:
        server.login(secret["username"], secret["password"])
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise _refused(
            f"“{line.host}” did not accept the user name and password.",
            "Look at the connection, and test it there.",
        ) from None


@contextmanager
def _in_words(line: Line) -> Iterator[None]:
    try:
        yield
    except ssl.SSLError:
        raise _refused(
            f"The certificate of “{line.host}” is not valid.",
            "Ask whoever runs the mail server, or look at the connection's encryption.",
        ) from None
    except (imaplib.IMAP4.error, OSError, ValueError, IndexError):
        raise NodeError(
            f"“{line.host}” could not be read on port {line.port}.",
            error_class=ErrorClass.NETWORK,
            fix="A later try may help. Look at the port and the encryption of the connection.",
        ) from None


def _said(server: imaplib.IMAP4, name: str) -> int:
    """A number the server told when the folder was opened."""
    return int(server.response(name)[1][0] or 0)


def _last(server: imaplib.IMAP4) -> int:
    """The number of the newest mail."""
    return max(_numbers(server, "*"), default=0)


def _numbers(server: imaplib.IMAP4, which: str) -> list[int]:
    _, found = server.uid("SEARCH", "UID", which)
    return sorted(int(number) for number in (found[0] or b"").split())


def _content(server: imaplib.IMAP4, uid: int) -> bytes | None:
    _, told = server.uid("FETCH", str(uid), "(RFC822.SIZE)")
    size = _SIZE.search(b"".join(part for part in told if isinstance(part, bytes)))
    if size is None or int(size[1]) > MOST_BYTES:
        return None
    _, parts = server.uid("FETCH", str(uid), "(BODY.PEEK[])")
    return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), None)


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _refused(message: str, fix: str | None = None) -> NodeError:
    return NodeError(message, error_class=ErrorClass.INPUT, retryable=False, fix=fix)
