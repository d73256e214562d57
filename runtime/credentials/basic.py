"""User name and password, sent as HTTP basic authentication (RFC 7617)."""

from base64 import b64encode
from collections.abc import Mapping

from runtime.credentials.base import TEST_URL, CredentialField, CredentialType


class BasicAuth(CredentialType):
    type = "http.basic"
    name = "User name and password"
    help = "For services that ask for a user name and a password."
    icon = "person"
    fields = (
        CredentialField("username", "User name", secret=False),
        CredentialField("password", "Password"),
        TEST_URL,
    )

    def headers(self, secret: Mapping[str, str]) -> dict[str, str]:
        """Sign with `Authorization: Basic …`, in UTF-8."""
        pair = f"{secret.get('username', '')}:{secret.get('password', '')}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
