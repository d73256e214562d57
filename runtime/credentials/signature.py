"""Calls signed by a service of no known kind: an HMAC of the body in a header."""

from base64 import b64encode
from collections.abc import Mapping

from runtime.credentials.base import CredentialField
from runtime.credentials.incoming import IncomingType
from runtime.credentials.proof import IncomingCall, mac, same

ALGORITHMS = ("sha256", "sha512", "sha1")
FORMS = ("hex", "base64")


class SignatureHeader(IncomingType):
    type = "webhook.signature"
    name = "Calls with a signature in a header"
    help = "For other services that sign the body of their calls (HMAC)."
    fields = (
        CredentialField("secret", "Secret"),
        CredentialField("header", "Header name", secret=False, placeholder="X-Signature"),
        CredentialField(
            "algorithm",
            "Algorithm",
            secret=False,
            required=False,
            placeholder="sha256",
            help="sha256 (if left empty), sha512 or sha1.",
        ),
        CredentialField(
            "form",
            "Written as",
            secret=False,
            required=False,
            placeholder="hex",
            help="hex (if left empty) or base64.",
        ),
        CredentialField(
            "prefix", "Text before it", secret=False, required=False, placeholder="sha256="
        ),
    )

    def proven(self, secret: Mapping[str, str], call: IncomingCall) -> bool:
        """Whether the header holds the body's signature."""
        key, header = secret.get("secret", ""), secret.get("header", "").lower()
        if not key or not header or self.refusal(secret):
            return False
        made = mac(key.encode(), call.body, secret.get("algorithm") or "sha256")
        base64 = secret.get("form") == "base64"
        written = b64encode(made).decode() if base64 else made.hex()
        return same(call.headers.get(header, ""), secret.get("prefix", "") + written)

    def refusal(self, secret: Mapping[str, str]) -> str | None:
        """Why these values would take no call."""
        if (secret.get("algorithm") or "sha256") not in ALGORITHMS:
            return f"The algorithm is one of {', '.join(ALGORITHMS)}."
        if (secret.get("form") or "hex") not in FORMS:
            return f"It is written as one of {', '.join(FORMS)}."
        return None
