"""Calls signed as the Standard Webhooks specification says (symmetric v1, Ed25519 v1a).

Checked by own code: the reference library accepts times that are no digits and fails on malformed
headers instead of refusing them.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from runtime.credentials.base import CredentialField
from runtime.credentials.incoming import IncomingType
from runtime.credentials.proof import IncomingCall, mac, recent, same_bytes

# Without dots: they part id, time and body in what is signed.
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
MOST_SIGNATURES = 20
LEAST_KEY_BYTES = 16


class StandardWebhooks(IncomingType):
    type = "webhook.standard"
    name = "Signed calls (Standard Webhooks)"
    help = "For services that sign their calls with the headers webhook-id and webhook-signature."
    fields = (
        CredentialField(
            "secret",
            "Signing secret",
            required=False,
            placeholder="whsec_…",
            help="From the service.",
        ),
        CredentialField(
            "previous",
            "Secret before that",
            required=False,
            help="While the service changes its secret, calls signed with either are taken.",
        ),
        CredentialField(
            "public_key",
            "Public key",
            secret=False,
            required=False,
            placeholder="whpk_…",
            help="Instead of a secret, where the service signs with a key pair.",
        ),
    )

    def proven(self, secret: Mapping[str, str], call: IncomingCall) -> bool:
        """Whether one of the signatures is right, of this id and a time within five minutes."""
        sent, at = call.headers.get("webhook-id", ""), call.headers.get("webhook-timestamp", "")
        if not _ID.fullmatch(sent) or not recent(at, call.now):
            return False
        signed = b".".join((sent.encode(), at.encode(), call.body))
        keys = [k for name in ("secret", "previous") if (k := _key(secret.get(name, ""), "whsec_"))]
        public = _key(secret.get("public_key", ""), "whpk_")
        right = False
        for version, signature in _signatures(call.headers.get("webhook-signature", "")):
            if version == "v1":
                right |= any(same_bytes(signature, mac(key, signed)) for key in keys)
            elif version == "v1a" and public is not None:
                right |= _verified(public, signature, signed)
        return right

    def refusal(self, secret: Mapping[str, str]) -> str | None:
        """Why these values would take no call."""
        if not any(secret.get(name) for name in ("secret", "public_key")):
            return "Enter the signing secret, or the public key."
        for name, prefix in (("secret", "whsec_"), ("previous", "whsec_"), ("public_key", "whpk_")):
            if secret.get(name) and _key(secret[name], prefix) is None:
                return f"This is no signing key: it should look like {prefix}… and be complete."
        return None


def _key(text: str, prefix: str) -> bytes | None:
    key = _decoded(text.removeprefix(prefix))
    return key if key is not None and len(key) >= LEAST_KEY_BYTES else None


def _decoded(text: str) -> bytes | None:
    try:
        return b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _signatures(header: str) -> Iterator[tuple[str, bytes]]:
    for entry in header.split(" ")[:MOST_SIGNATURES]:
        version, comma, encoded = entry.partition(",")
        signature = _decoded(encoded) if comma and encoded else None
        if signature is not None:
            yield version, signature


def _verified(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
