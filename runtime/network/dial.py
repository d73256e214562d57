"""Where a connection other than HTTP goes: the credential, its host, and the addresses checked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

from runtime.network.guard import Guard
from runtime.network.resolver import Lookup, system_lookup
from runtime.network.secrets import MASK
from runtime.sdk import ErrorClass, NodeError
from runtime.services.credentials import CredentialRefusedError, OpenedCredential, open_credential


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A credential of the right kind, and addresses that may be dialled: no others, no later."""

    credential: OpenedCredential
    host: str
    port: int
    addresses: tuple[str, ...]

    def masked(self, text: str) -> str:
        """The text without any secret."""
        for form in self.credential.redactions:
            text = text.replace(form, MASK)
        return text


async def line_to(
    workspace: str,
    credential: str,
    kind: str,
    usual_port: int,
    *,
    guard: Guard | None = None,
    lookup: Lookup = system_lookup,
) -> Line:
    """Open the connection and check where it leads; raises NodeError."""
    opened = await asyncio.to_thread(_open, workspace, credential)
    if opened.type != kind:
        raise _refused(f"The connection “{opened.name}” is of another kind.", "Choose another one.")
    guard = guard or Guard.from_environment()
    target = guard.check_host(opened.secret.get("host", ""), _port(opened, usual_port))
    if not opened.may_go_to(f"[{target.host}]" if ":" in target.host else target.host):
        raise _refused(
            f"The connection “{opened.name}” may not be sent to {target.host}.",
            "Add the host to the connection's list, or choose another connection.",
        )
    try:
        answers = (await lookup(target.host, target.port))[:16]
    except OSError:
        answers = []
    if not answers:
        raise NodeError(
            f"There is no host called “{target.host}”.",
            error_class=ErrorClass.NETWORK,
            fix="Check the connection's host for typos.",
        )
    guard.check_answers(target, answers)
    return Line(opened, target.host, target.port, tuple(answers))


def _open(workspace: str, credential: str) -> OpenedCredential:
    from django.db import close_old_connections

    close_old_connections()
    try:
        return open_credential(UUID(workspace), UUID(credential))
    except CredentialRefusedError as error:
        raise _refused(str(error), None) from None
    except ValueError:
        raise _refused("The connection this step uses is gone.", "Choose another one.") from None
    finally:
        close_old_connections()


def _port(opened: OpenedCredential, usual: int) -> int:
    text = opened.secret.get("port") or str(usual)
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise _refused(f"The port of the connection “{opened.name}” is not a number.", None)
    return int(text)


def _refused(message: str, fix: str | None) -> NodeError:
    return NodeError(
        message, error_class=ErrorClass.INPUT, retryable=False, fix=fix, field="credential"
    )
