"""A token, sent as `Authorization: Bearer …` (RFC 6750)."""

from collections.abc import Mapping

from runtime.credentials.base import TEST_URL, CredentialField, CredentialType


class BearerToken(CredentialType):
    type = "http.bearer"
    name = "Access token"
    help = "For services that gave you a token, also called bearer token."
    icon = "vpn_key"
    fields = (CredentialField("token", "Token"), TEST_URL)

    def headers(self, secret: Mapping[str, str]) -> dict[str, str]:
        """Sign with the token."""
        return {"Authorization": f"Bearer {secret.get('token', '')}"}
