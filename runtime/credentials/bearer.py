"""A token, sent as `Authorization: Bearer …` (RFC 6750)."""

from collections.abc import Mapping

from runtime.credentials.base import TEST_URL, CredentialField, CredentialType
from runtime.credentials.proof import IncomingCall, same


class BearerToken(CredentialType):
    type = "http.bearer"
    name = "Access token"
    help = "For services that gave you a token, also called bearer token."
    icon = "vpn_key"
    proves = True
    signs_body = False
    fields = (CredentialField("token", "Token"), TEST_URL)

    def headers(self, secret: Mapping[str, str]) -> dict[str, str]:
        """Sign with the token."""
        return {"Authorization": f"Bearer {secret.get('token', '')}"}

    def proven(self, secret: Mapping[str, str], call: IncomingCall) -> bool:
        """Whether the call brings the token; the word before it in either case (RFC 9110)."""
        scheme, _, given = call.headers.get("authorization", "").partition(" ")
        token = secret.get("token", "")
        return bool(token) and scheme.lower() == "bearer" and same(given.strip(), token)
