"""Calls signed as Slack does: `X-Slack-Signature: v0=…` over version, time and body."""

from collections.abc import Mapping

from runtime.credentials.base import CredentialField
from runtime.credentials.incoming import IncomingType
from runtime.credentials.proof import IncomingCall, mac, recent, same


class SlackWebhook(IncomingType):
    type = "webhook.slack"
    name = "Calls from Slack"
    help = "For events and commands of Slack."
    fields = (CredentialField("secret", "Signing secret", help="In the app's basic information."),)

    def proven(self, secret: Mapping[str, str], call: IncomingCall) -> bool:
        """Whether the signature is right, of a time within five minutes."""
        key, at = secret.get("secret", ""), call.headers.get("x-slack-request-timestamp", "")
        if not key or not recent(at, call.now):
            return False
        wanted = f"v0={mac(key.encode(), b'v0:' + at.encode() + b':' + call.body).hex()}"
        return same(call.headers.get("x-slack-signature", ""), wanted)
