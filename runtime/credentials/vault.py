"""Encrypts and opens secrets. It knows keys and bytes; rows and people are not its business."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class VaultError(Exception):
    """The secret cannot be opened; the sentence says what is wrong and what to do."""


def key_id(key: str) -> str:
    """Return a short name for a key that tells nothing about it."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


class Vault:
    """Encrypts with the first key, opens with any (keys newest first)."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise VaultError("There is no key to encrypt connections with.")
        self._keys = tuple(keys)
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self.key_id = key_id(keys[0])

    def seal(self, workspace_id: UUID, credential_id: UUID, secret: Mapping[str, str]) -> str:
        """Return the secret encrypted together with the row it belongs to."""
        plain = {"workspace": str(workspace_id), "credential": str(credential_id)}
        return self._fernet.encrypt(json.dumps({**plain, "secret": dict(secret)}).encode()).decode()

    def open(
        self, token: str, workspace_id: UUID, credential_id: UUID, *, sealed_with: str
    ) -> dict[str, str]:
        """Return the secret, unless it was sealed for another row (Fernet binds no data)."""
        try:
            plain = json.loads(self._fernet.decrypt(token.encode()))
        except InvalidToken:
            raise VaultError(self._why_not(sealed_with)) from None
        owner = (plain.get("workspace"), plain.get("credential"))
        if owner != (str(workspace_id), str(credential_id)):
            raise VaultError("This connection's secret belongs to another connection.")
        return {str(name): str(value) for name, value in plain["secret"].items()}

    def rotate(self, token: str, sealed_with: str) -> str:
        """Return the same secret, encrypted with the newest key."""
        try:
            return self._fernet.rotate(token.encode()).decode()
        except InvalidToken:
            raise VaultError(self._why_not(sealed_with)) from None

    def _why_not(self, sealed_with: str) -> str:
        if sealed_with not in {key_id(key) for key in self._keys}:
            return (
                f"This connection was encrypted with key {sealed_with}, which is not among the "
                "keys Segue was started with. Add that key again, or enter the secret anew."
            )
        return "This connection's secret is damaged. Enter it anew."
