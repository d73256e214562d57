"""Calls signed as Stripe does: `Stripe-Signature: t=…,v1=…` over time and body."""

from collections.abc import Mapping

from runtime.credentials.base import CredentialField
from runtime.credentials.incoming import IncomingType
from runtime.credentials.proof import IncomingCall, mac, recent, same


class StripeWebhook(IncomingType):
    type = "webhook.stripe"
    name = "Calls from Stripe"
    help = "For webhooks of Stripe."
    fields = (CredentialField("secret", "Signing secret", placeholder="whsec_…"),)

    def proven(self, secret: Mapping[str, str], call: IncomingCall) -> bool:
        """Whether one v1 signature is right, of a time within five minutes that is named once."""
        parts = [p.partition("=") for p in call.headers.get("stripe-signature", "").split(",")]
        times = [value for name, _, value in parts if name == "t"]
        key = secret.get("secret", "")
        if not key or len(times) != 1 or not recent(times[0], call.now):
            return False
        wanted = mac(key.encode(), times[0].encode() + b"." + call.body).hex()
        return any(same(value, wanted) for name, _, value in parts if name == "v1")
