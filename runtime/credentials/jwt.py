"""Calls with a JSON Web Token (RFC 7519) in `Authorization: Bearer …`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from runtime.credentials.base import CredentialField
from runtime.credentials.incoming import IncomingType
from runtime.credentials.proof import IncomingCall

SECRET_ALGORITHMS = ("HS256", "HS384", "HS512")
KEY_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
LEEWAY_SECONDS = 30
LEAST_SECRET = 32  # characters; RFC 7518 asks for as many bytes as the hash has
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----(.+)-----END PUBLIC KEY-----")


class JsonWebToken(IncomingType):
    type = "webhook.jwt"
    name = "Calls with a JSON Web Token"
    help = "For callers that bring a signed token (JWT) which expires."
    signs_body = False
    fields = (
        CredentialField("secret", "Secret", required=False, help="For tokens signed with HS256."),
        CredentialField(
            "public_key",
            "Public key",
            secret=False,
            required=False,
            placeholder="-----BEGIN PUBLIC KEY-----…",
            help="Instead of a secret, for tokens signed with RS256, ES256 or EdDSA.",
        ),
        CredentialField(
            "issuer",
            "Issued by",
            secret=False,
            required=False,
            help="If given, “iss” must be this.",
        ),
        CredentialField(
            "audience",
            "Meant for",
            secret=False,
            required=False,
            help="If given, “aud” must be this.",
        ),
    )

    def proven(self, secret: Mapping[str, str], call: IncomingCall) -> bool:
        """Whether the token is signed, says when it expires, and has not expired."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        found = _key(secret)
        if scheme.lower() != "bearer" or found is None:
            return False
        key, algorithms = found
        try:
            claims = jwt.decode(
                token.strip(),
                key,
                algorithms=list(algorithms),
                issuer=secret.get("issuer") or None,
                audience=secret.get("audience") or None,
                # Times are compared with the call's own, below.
                options={
                    "require": ["exp"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_aud": bool(secret.get("audience")),
                },
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            return False
        return _in_time(claims, call.now)

    def refusal(self, secret: Mapping[str, str]) -> str | None:
        """Why these values would take no call."""
        if secret.get("secret") and secret.get("public_key"):
            return "Enter either a secret or a public key, not both."
        if secret.get("secret") and len(secret["secret"]) < LEAST_SECRET:
            return f"A secret that signs tokens has at least {LEAST_SECRET} characters."
        if _key(secret) is None:
            return "Enter the secret, or the whole public key with its BEGIN and END."
        return None


def _key(secret: Mapping[str, str]) -> tuple[Any, Sequence[str]] | None:
    """The key with the algorithms that fit it: a public key never checks an HMAC."""
    if secret.get("secret"):
        return secret["secret"], SECRET_ALGORITHMS
    # A box of one line takes the line breaks out.
    found = _PEM.search(secret.get("public_key", ""))
    if found is None:
        return None
    inner = "".join(found[1].split())
    pem = f"-----BEGIN PUBLIC KEY-----\n{inner}\n-----END PUBLIC KEY-----\n"
    try:
        return load_pem_public_key(pem.encode()), KEY_ALGORITHMS
    except (ValueError, TypeError):
        return None


def _in_time(claims: Mapping[str, Any], now: float) -> bool:
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(expires, int | float) or not isinstance(begins, int | float):
        return False
    return bool(begins - LEEWAY_SECONDS <= now < expires + LEEWAY_SECONDS)
