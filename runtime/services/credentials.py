"""Connections for those who may use them: the worker opens them, the editor seals them.

Nothing here returns a secret to a browser; `open_credential` is for the worker alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import transaction

from runtime.credentials.base import CredentialField, CredentialType
from runtime.credentials.catalogue import CREDENTIAL_TYPES
from runtime.credentials.hosts import host_allowed, tidy_host
from runtime.credentials.masking import mask_forms
from runtime.credentials.vault import Vault, VaultError, key_id
from runtime.models import Credential
from runtime.services.notices import Person, notice
from runtime.services.spoken import spoken

__all__ = [
    "CREDENTIAL_TYPES",
    "CredentialField",
    "CredentialRefusedError",
    "CredentialType",
    "OpenedCredential",
    "check_credential",
    "count_locked",
    "delete_credential",
    "has_credential",
    "names_of",
    "open_credential",
    "rotate_credentials",
    "save_credential",
]


class CredentialRefusedError(Exception):
    """The connection cannot be saved or used; the sentence is for the person who can act."""


@dataclass(frozen=True, slots=True, repr=False)
class OpenedCredential:
    """A connection in memory, for one step. Its repr is empty, so that no log can show it."""

    id: UUID
    name: str
    type: str
    secret: Mapping[str, str]
    headers: Mapping[str, str]
    allowed_hosts: tuple[str, ...]
    redactions: tuple[str, ...]  # every form of every secret value, longest first

    def may_go_to(self, host: str) -> bool:
        """Return whether this connection may be sent to the host."""
        return host_allowed(host, self.allowed_hosts)

    def __repr__(self) -> str:
        return f"<OpenedCredential {self.id}>"


def open_credential(workspace_id: UUID, credential_id: UUID) -> OpenedCredential:
    """Decrypt a connection of this workspace; raises CredentialRefusedError with a sentence."""
    row = Credential.objects.in_workspace(workspace_id).filter(id=credential_id).first()
    kind = CREDENTIAL_TYPES.get(row.type) if row else None
    if row is None or kind is None:
        raise CredentialRefusedError(
            "The connection this step uses is gone. Choose another one in the step's settings."
        )
    secret = _opened(row)
    return OpenedCredential(
        id=row.id,
        name=row.name,
        type=row.type,
        secret=secret,
        headers=kind.headers(secret),
        allowed_hosts=tuple(row.allowed_hosts),
        redactions=mask_forms(kind.secrets(secret)),
    )


def save_credential(
    *,
    workspace_id: UUID,
    name: str,
    type_name: str,
    secret: Mapping[str, str] | None,
    allowed_hosts: Sequence[str],
    credential_id: UUID | None = None,
    by: Person | None = None,
) -> Credential:
    """Create a connection, or change one. Parts of the secret that are not given stay.

    Sending a stored secret to a host that was not allowed before needs that secret anew: whoever
    may edit connections could otherwise send it to a host of their own and read it there.
    """
    with transaction.atomic():
        row = _checked(workspace_id, credential_id, name, type_name, secret, allowed_hosts)
        row.save()
        notice("connection_added" if credential_id is None else "connection_changed", row, by=by)
    return row


def check_credential(
    *,
    workspace_id: UUID | None,
    name: str,
    type_name: str,
    secret: Mapping[str, str] | None,
    allowed_hosts: Sequence[str],
    credential_id: UUID | None = None,
) -> None:
    """Raise what `save_credential` would raise, and save nothing."""
    if workspace_id is None:
        raise CredentialRefusedError("You do not belong to a workspace.")
    _checked(workspace_id, credential_id, name, type_name, secret, allowed_hosts)


def delete_credential(row: Credential, *, by: Person | None) -> None:
    """Delete a connection; steps that use it say so when they run."""
    with transaction.atomic():
        notice("connection_deleted", row, by=by)
        row.delete()


def rotate_credentials(batch_size: int = 100) -> int:
    """Encrypt with the newest key what older ones hold; can be stopped and started again.

    Raises CredentialRefusedError at the end when some could not be opened, naming them.
    """
    box, done, broken = vault(), 0, list[Credential]()
    while True:
        with transaction.atomic():
            stale = Credential.objects.exclude(key_id=box.key_id).exclude(
                id__in=[row.id for row in broken]
            )
            rows = list(stale.select_for_update()[:batch_size])
            for row in rows:
                try:
                    row.token, row.key_id = box.rotate(row.token, row.key_id), box.key_id
                except VaultError:
                    broken.append(row)
                else:
                    row.save(update_fields=["token", "key_id"])
                    done += 1
        if not rows:
            break
    if broken:
        names = ", ".join(f"{row.name} (key {row.key_id})" for row in broken)
        raise CredentialRefusedError(f"{done} done; these could not be opened: {names}.")
    return done


def count_locked(keys: Sequence[str] | None = None) -> int:
    """How many connections no key opens: none of these, else none of the settings'."""
    known = [key_id(key) for key in keys or settings.ENCRYPTION_KEYS]
    return Credential.objects.exclude(key_id__in=known).count()


def vault() -> Vault:
    """Return the vault over the keys of the settings."""
    return _vault(tuple(settings.ENCRYPTION_KEYS))


@lru_cache(maxsize=4)
def _vault(keys: tuple[str, ...]) -> Vault:
    return Vault(keys)


def _checked(
    workspace_id: UUID,
    credential_id: UUID | None,
    name: str,
    type_name: str,
    secret: Mapping[str, str] | None,
    allowed_hosts: Sequence[str],
) -> Credential:
    """Return the row as it would be saved."""
    kind = CREDENTIAL_TYPES.get(type_name)
    if kind is None:
        raise CredentialRefusedError("There is no such kind of connection.")
    row = _row(workspace_id, credential_id)
    given = _given(kind, secret or {})
    own = kind.own_host(given)
    hosts = _hosts(allowed_hosts) or _hosts([own] if own else [])
    if row.token and type_name == row.type:
        whole = not kind.missing(given)
        _refuse_redirecting(row, hosts, whole=whole)
        given = {**({} if whole else _opened(row)), **given}
    row.name, row.type, row.allowed_hosts = name.strip(), type_name, hosts
    _refuse_unnamed_or_twice(row)
    _seal(row, kind, given)
    return row


def _hosts(texts: Sequence[str]) -> list[str]:
    hosts = [tidy_host(text) for text in texts if text.strip()]
    if None in hosts:
        raise CredentialRefusedError(
            "“May be sent to” takes host names only, for example api.example.com."
        )
    return sorted({host for host in hosts if host})


def _given(kind: CredentialType, secret: Mapping[str, str]) -> dict[str, str]:
    known = {field.name for field in kind.fields}
    given = {name: value for name, value in secret.items() if name in known and value}
    if any(not value.isprintable() for value in given.values()):
        # A line break in a header would start another header.
        raise CredentialRefusedError("A secret cannot hold line breaks or control characters.")
    return given


def _refuse_redirecting(row: Credential, hosts: Sequence[str], *, whole: bool) -> None:
    further = [host for host in hosts if host not in row.allowed_hosts]
    if further and not whole:
        raise CredentialRefusedError(
            f"To let this connection go to {further[0]}, enter its secret again."
        )


def _opened(row: Credential) -> dict[str, str]:
    try:
        return vault().open(row.token, row.workspace_id, row.id, sealed_with=row.key_id)
    except VaultError as error:
        raise CredentialRefusedError(str(error)) from None


def _seal(row: Credential, kind: CredentialType, secret: Mapping[str, str]) -> None:
    missing = kind.missing(secret)
    if missing:
        names = ", ".join(spoken(field.label) for field in missing)
        raise CredentialRefusedError(f"Still missing: {names}.")
    refusal = kind.refusal(secret)
    if refusal:
        raise CredentialRefusedError(refusal)
    box = vault()
    row.token = box.seal(row.workspace_id, row.id, secret)
    row.key_id = box.key_id
    row.fields = [field.name for field in kind.fields if field.name in secret]


def _row(workspace_id: UUID, credential_id: UUID | None) -> Credential:
    if credential_id is None:
        return Credential(workspace_id=workspace_id)
    row = Credential.objects.in_workspace(workspace_id).filter(id=credential_id).first()
    if row is None:
        raise CredentialRefusedError("This connection is gone.")
    return row


def _refuse_unnamed_or_twice(row: Credential) -> None:
    if not row.name:
        raise CredentialRefusedError("Give the connection a name.")
    others = Credential.objects.in_workspace(row.workspace_id).exclude(id=row.id)
    if others.filter(name=row.name).exists():
        raise CredentialRefusedError(f"There is already a connection called “{row.name}”.")


def has_credential(workspace_id: UUID, credential_id: UUID) -> bool:
    """Return whether the workspace has such a connection."""
    return Credential.objects.in_workspace(workspace_id).filter(id=credential_id).exists()


def names_of(workspace_id: UUID) -> dict[UUID, str]:
    """Return the names of the workspace's connections, for choosing one."""
    return dict(Credential.objects.in_workspace(workspace_id).values_list("id", "name"))
