"""Attaches a connection's secret to a request, and takes it out of what comes back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from runtime.network.guard import Target
from runtime.sdk import ErrorClass, NodeError

MASK = "•••"

# PHP writes "/" as "\/"; .NET and Go write some of "+&<>'" as \uXXXX. What a step reads is the
# character itself.
_ESCAPE = re.compile(rb"\\u00([2-7][0-9a-fA-F])|\\/")


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 16)]) if found[1] else b"/"


def _however_escaped(form: str) -> re.Pattern[bytes]:
    """The form with each of its ASCII characters written in any of the ways JSON knows."""
    return re.compile(b"".join(_ways(letter) for letter in form))


def _ways(letter: str) -> bytes:
    written = re.escape(letter.encode())
    if not letter.isascii():
        return written
    slash = rb"|\\/" if letter == "/" else b""
    return b"(?:%b|\\\\u(?i:%04x)%b)" % (written, ord(letter), slash)


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """The headers that sign a request, and every form the secret may come back in."""

    headers: Mapping[str, str]
    forms: tuple[str, ...]

    def masked(self, text: str) -> str:
        """The text without the secret."""
        for form in self.forms:
            text = text.replace(form, MASK)
        return text

    def masked_bytes(self, content: bytes) -> bytes:
        """The bytes without the secret, also where JSON writes its characters as escapes."""
        for form in self.forms:
            content = content.replace(form.encode(), MASK.encode())
        if self.forms and b"\\" in content:
            plain = _ESCAPE.sub(_unescaped, content)
            for form in self.forms:
                if form.encode() in plain:
                    content = _however_escaped(form).sub(MASK.encode(), content)
        return content


NO_SECRET = Secret({}, ())


async def secret_for(workspace: str, credential: str, target: Target) -> Secret:
    """Open the connection for this host; raises NodeError where it may not be sent there."""
    return await asyncio.to_thread(_open, workspace, credential, target)


def _open(workspace: str, credential: str, target: Target) -> Secret:
    # Imported late: the guard is also used where there is no database.
    from django.db import close_old_connections

    from runtime.services.credentials import CredentialRefusedError, open_credential

    close_old_connections()
    try:
        opened = open_credential(UUID(workspace), UUID(credential))
    except CredentialRefusedError as error:
        raise _refused(str(error), None) from None
    except ValueError:
        raise _refused("The connection this step uses is gone.", "Choose another one.") from None
    finally:
        close_old_connections()
    host = f"[{target.host}]" if ":" in target.host else target.host
    if not opened.may_go_to(host):
        raise _refused(
            f"The connection “{opened.name}” may not be sent to {target.host}.",
            "Add the host to the connection's list, or choose another connection.",
        )
    return Secret(opened.headers, opened.redactions)


def _refused(message: str, fix: str | None) -> NodeError:
    return NodeError(
        message, error_class=ErrorClass.INPUT, retryable=False, fix=fix, field="credential"
    )
