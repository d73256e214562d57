"""User name and password, sent as HTTP basic authentication (RFC 7617)."""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping

from runtime.credentials.base import TEST_URL, CredentialField, CredentialType
from runtime.credentials.proof import IncomingCall, same


class BasicAuth(CredentialType):
    type = "http.basic"
    name = "User name and password"
    help = "For services that ask for a user name and a password."
    icon = "person"
    proves = True
    signs_body = False
    fields = (
        CredentialField("username", "User name", secret=False),
        CredentialField("password", "Password"),
        TEST_URL,
    )

    def headers(self, secret: Mapping[str, str]) -> dict[str, str]:
        """Sign with `Authorization: Basic …`, in UTF-8."""
        pair = f"{secret.get('username', '')}:{secret.get('password', '')}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    def proven(self, secret: Mapping[str, str], call: IncomingCall) -> bool:
        """Whether the call brings this name and this password; neither may be empty."""
        scheme, _, given = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic" or not secret.get("username") or not secret.get("password"):
            return False
        try:
            pair = b64decode(given.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            return False
        return same(pair, f"{secret['username']}:{secret['password']}")
