"""Hands a mail to a mail server (RFC 5321), to everybody or to nobody. Blocks: by own threads."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from typing import TypeVar

from runtime.network.dial import Line, line_to
from runtime.network.letters import Envelope, address_of, checked
from runtime.network.resolver import Lookup, system_lookup
from runtime.sdk import ErrorClass, NodeError
from runtime.sdk.mail import Letter

Result = TypeVar("Result")
MOST_AT_ONCE = 8
SECONDS = 20.0  # for each word of the server
_KIND = "mail.smtp"


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="segue-mail")


async def post(
    workspace: str, credential: str, letter: Letter, key: str, *, lookup: Lookup = system_lookup
) -> str:
    """Send the letter; returns its Message-ID. Raises NodeError."""
    line = await line_to(workspace, credential, _KIND, 587, lookup=lookup)
    envelope = checked(letter, key, time.time(), line.credential.secret["sender"])
    stopped: list[bool] = []

    def deed(server: smtplib.SMTP) -> None:
        _hand_over(server, line, envelope, stopped)

    try:
        await _with_server(line, deed)
    except asyncio.CancelledError:
        stopped.append(True)  # where the letter is not under way yet, it stays here
        raise
    return envelope.message_id


async def greet(workspace: str, credential: str) -> None:
    """Sign in and go again; raises NodeError."""
    line = await line_to(workspace, credential, _KIND, 587)
    address_of(line.credential.secret["sender"], "sender")
    await _with_server(line, lambda server: None)


async def _with_server(line: Line, deed: Callable[[smtplib.SMTP], Result]) -> Result:
    def work() -> Result:
        server = _signed_in(line)
        try:
            return deed(server)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    return await asyncio.get_running_loop().run_in_executor(_threads(), work)


class _Plain(smtplib.SMTP):
    """Dials the address that was checked, and expects the certificate of the host."""

    def __init__(self, line: Line, address: str) -> None:
        self._address = address
        # Its own name is nobody's business, and looking it up may take long.
        super().__init__(line.host, line.port, local_hostname="[127.0.0.1]", timeout=SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return socket.create_connection((self._address, port), timeout)


class _Encrypted(_Plain):
    """The same, encrypted from the start (RFC 8314)."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise


def _signed_in(line: Line) -> smtplib.SMTP:
    secret = line.credential.secret
    way = secret.get("encryption") or ("tls" if line.port == 465 else "starttls")
    if way not in ("tls", "starttls", "none"):
        raise _refused(f"“{way}” is no way to encrypt; it is one of starttls, tls, none.")
    with ExitStack() as stack, _in_words(line):
        server = _dialled(line, _Encrypted if way == "tls" else _Plain)
        stack.callback(server.close)
        if way == "starttls":
            server.starttls(context=ssl.create_default_context())
        if secret.get("username"):
            server.login(secret["username"], secret.get("password", ""))
        stack.pop_all()  # it stays open
        return server


@contextmanager
def _in_words(line: Line) -> Iterator[None]:
    """Says what went wrong before anything was sent."""
    try:
        yield
    except smtplib.SMTPAuthenticationError:
        raise _refused(
            f"“{line.host}” did not accept the user name and password.",
            "Look at the connection, and test it there.",
        ) from None
    except ssl.SSLError:
        raise _refused(
            f"The certificate of “{line.host}” is not valid, so nothing was sent.",
            "Ask whoever runs the mail server, or look at the connection's encryption.",
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise _refused(
            f"“{line.host}” does not encrypt, or does not let people sign in.",
            "Look at the port and the encryption of the connection.",
        ) from None
    except (smtplib.SMTPException, OSError, ValueError):
        raise _network(
            f"“{line.host}” did not accept the connection on port {line.port}."
        ) from None


def _dialled(line: Line, kind: type[_Plain]) -> smtplib.SMTP:
    for address in line.addresses[:-1]:
        with suppress(OSError):
            return kind(line, address)
    return kind(line, line.addresses[-1])


def _hand_over(
    server: smtplib.SMTP,
    line: Line,
    envelope: Envelope,
    stopped: Sequence[bool],
) -> None:
    try:
        server.ehlo_or_helo_if_needed()
        sender = envelope.sender.addr_spec
        _accepted(line, server.mail(sender), sender)
        for recipient in envelope.recipients:
            _accepted(line, server.rcpt(recipient), recipient)
    except (smtplib.SMTPException, OSError):
        raise _network(f"“{line.host}” closed the connection. Nothing was sent.") from None
    if stopped:
        raise _network("The step was stopped. Nothing was sent.")
    try:
        answer = server.data(envelope.content)
    except smtplib.SMTPDataError as error:  # it would not even begin to listen
        words = error.smtp_error
        answer = (error.smtp_code, words if isinstance(words, bytes) else words.encode())
    except (smtplib.SMTPException, OSError):
        raise NodeError(
            f"“{line.host}” closed the connection in the middle: nobody knows whether it was sent.",
            error_class=ErrorClass.LOST,
            retryable=False,
            fix="Look whether the mail arrived before you run this again.",
        ) from None
    _accepted(line, answer, "")


def _accepted(line: Line, answer: tuple[int, bytes], whom: str) -> None:
    code, words = answer
    if code < 300:
        return
    said = line.masked(words.decode("utf-8", "replace"))[:300]
    about = f"“{whom}”" if whom else "the mail"
    if code < 500:  # RFC 5321, 4.2.1: not now, maybe later
        raise _network(f"“{line.host}” does not take {about} now: {said}")
    raise _refused(
        f"“{line.host}” does not take {about}: {said} Nothing was sent.",
        "Look at the address, and at the sender in the connection.",
    )


def _network(message: str) -> NodeError:
    return NodeError(message, error_class=ErrorClass.NETWORK, fix="A later try may help.")


def _refused(message: str, fix: str | None = None) -> NodeError:
    return NodeError(message, error_class=ErrorClass.INPUT, retryable=False, fix=fix)
