"""What every kind of connection declares. Pure: it signs headers and never sends anything.

A connection works in one direction or both: it signs our calls to a service, or proves who calls
us.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from runtime.credentials.proof import IncomingCall


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One box of the form. `secret` values are shown as dots and masked wherever they turn up."""

    name: str
    label: str
    help: str = ""
    secret: bool = True
    required: bool = True
    placeholder: str = ""


TEST_URL = CredentialField(
    "test_url",
    "Address to test with",
    help="Optional. An address that answers without an error when the connection works.",
    secret=False,
    required=False,
    placeholder="https://api.example.com/me",
)


class CredentialType(ABC):
    """A kind of connection. `signs`: for calls we make; `proves`: for calls that come in."""

    type: ClassVar[str]
    name: ClassVar[str]
    help: ClassVar[str]
    icon: ClassVar[str] = "key"
    fields: ClassVar[Sequence[CredentialField]]
    signs: ClassVar[bool] = True
    proves: ClassVar[bool] = False
    signs_body: ClassVar[bool] = True  # whether what proves a call may be made of its body
    reached_by: ClassVar[str] = "http"  # what the test button speaks: http, sql, mail or mailbox

    @abstractmethod
    def headers(self, secret: Mapping[str, str]) -> dict[str, str]:
        """Return the headers that sign a request."""

    def proven(self, secret: Mapping[str, str], call: IncomingCall) -> bool:
        """Return whether a call comes from somebody who has the secret. Never raises."""
        return False

    def refusal(self, secret: Mapping[str, str]) -> str | None:
        """Return a sentence why these values cannot work, None where they can."""
        return None

    def test_url(self, secret: Mapping[str, str], allowed_hosts: Sequence[str]) -> str | None:
        """Return the address the test button calls, None where there is none to call."""
        return secret.get("test_url") or None

    def own_host(self, secret: Mapping[str, str]) -> str | None:
        """Return the host it is for, where that is part of what was typed in."""
        return None

    def missing(self, secret: Mapping[str, str]) -> list[CredentialField]:
        """Return the required fields that are empty."""
        return [field for field in self.fields if field.required and not secret.get(field.name)]

    def secrets(self, secret: Mapping[str, str]) -> list[str]:
        """Return the values that must never be shown, with those derived from them."""
        hidden = {field.name for field in self.fields if field.secret}
        values = [value for name, value in secret.items() if name in hidden and value]
        return values + [value.split(" ", 1)[-1] for value in self.headers(secret).values()]
