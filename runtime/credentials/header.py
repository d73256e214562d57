"""A secret in a header of the service's own choosing."""

from collections.abc import Mapping

from runtime.credentials.base import TEST_URL, CredentialField, CredentialType
from runtime.credentials.proof import IncomingCall, same


class HeaderAuth(CredentialType):
    type = "http.header"
    name = "Secret header"
    help = "For services that want a key in a header of their own, for example X-Api-Key."
    icon = "label"
    proves = True
    signs_body = False
    fields = (
        CredentialField("header", "Header name", secret=False, placeholder="X-Api-Key"),
        CredentialField("value", "Value"),
        TEST_URL,
    )

    def headers(self, secret: Mapping[str, str]) -> dict[str, str]:
        """Sign with the header the person named."""
        name = secret.get("header", "")
        return {name: secret.get("value", "")} if name else {}

    def proven(self, secret: Mapping[str, str], call: IncomingCall) -> bool:
        """Whether the call brings the header with its value."""
        name, value = secret.get("header", "").lower(), secret.get("value", "")
        return bool(name and value) and same(call.headers.get(name, ""), value)
