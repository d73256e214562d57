"""Calls signed as GitHub does: `X-Hub-Signature-256: sha256=…` over the body."""

from collections.abc import Mapping

from runtime.credentials.base import CredentialField
from runtime.credentials.incoming import IncomingType
from runtime.credentials.proof import IncomingCall, mac, same


class GitHubWebhook(IncomingType):
    type = "webhook.github"
    name = "Calls from GitHub"
    help = "For webhooks of GitHub, and of services that sign as it does."
    fields = (CredentialField("secret", "Secret", help="The one entered at GitHub."),)

    def proven(self, secret: Mapping[str, str], call: IncomingCall) -> bool:
        """Whether the SHA-256 signature is right; the older SHA-1 is not looked at."""
        key = secret.get("secret", "")
        wanted = f"sha256={mac(key.encode(), call.body).hex()}"
        return bool(key) and same(call.headers.get("x-hub-signature-256", ""), wanted)
