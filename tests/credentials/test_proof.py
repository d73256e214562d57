"""Who may call: every kind of connection that proves it, against the corpus and own tables."""

import json
import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from runtime.credentials.catalogue import CREDENTIAL_TYPES
from runtime.credentials.proof import IncomingCall, mac
from tests.security.cases import Case, read

KINDS = {
    "standard-webhooks": "webhook.standard",
    "github": "webhook.github",
    "stripe": "webhook.stripe",
    "slack": "webhook.slack",
}
SIGNED = [case for case in read("webhook_vectors") if case["scheme"] in KINDS]


def secret_of(case: Case) -> dict[str, str]:
    """A case's secrets in the boxes of its kind of connection."""
    given = case.get("secret", "")
    now, *before = given if isinstance(given, list) else [given]
    boxes = {"secret": now, "previous": "".join(before), "public_key": case.get("public_key", "")}
    return {name: value for name, value in boxes.items() if value}


def call(headers: Mapping[str, str], body: bytes = b"", now: float | None = None) -> IncomingCall:
    lower = {name.lower(): value for name, value in headers.items()}
    return IncomingCall(lower, body, time.time() if now is None else now)


@pytest.mark.parametrize("case", SIGNED, ids=[f"{c['id']} {c['name']}" for c in SIGNED])
def test_a_signed_call_is_taken_exactly_when_it_should_be(case: Case) -> None:
    kind = CREDENTIAL_TYPES[KINDS[case["scheme"]]]
    body = bytes.fromhex(case["body_hex"]) if "body_hex" in case else case["body"].encode()
    made = call(case["headers"], body, case.get("now", 0))
    assert kind.proven(secret_of(case), made) is (case["expect"] == "accept")


def test_a_call_that_is_no_text_is_taken_where_its_signature_is_right() -> None:
    key, body = b"0123456789abcdef0123", b"\xff\x00\xfe"
    signature = b64encode(mac(key, b"msg_1.1600000000." + body)).decode()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1600000000",
        "webhook-signature": f"v1,{signature}",
    }
    kind = CREDENTIAL_TYPES["webhook.standard"]
    secret = {"secret": f"whsec_{b64encode(key).decode()}"}
    assert kind.proven(secret, call(headers, body, 1_600_000_000))


BODY = b'{"n":1}'
HEX, B64 = mac(b"key", BODY).hex(), b64encode(mac(b"key", BODY, "sha512")).decode()
SIMPLE: list[tuple[str, dict[str, str], dict[str, str], bool]] = [
    ("http.basic", {"username": "u", "password": "p:w"}, {"Authorization": "Basic dTpwOnc="}, True),
    ("http.basic", {"username": "u", "password": "p"}, {"Authorization": "Basic dTpwOnc="}, False),
    ("http.basic", {"username": "u", "password": "p"}, {"Authorization": "Basic !!"}, False),
    ("http.basic", {"username": "u", "password": "p"}, {"Authorization": "Basic /w=="}, False),
    ("http.basic", {"username": "", "password": ""}, {"Authorization": "Basic Og=="}, False),
    ("http.bearer", {"token": "t0k"}, {"Authorization": "bearer t0k"}, True),
    ("http.bearer", {"token": "t0k"}, {"Authorization": "Bearer t0"}, False),
    ("http.bearer", {"token": ""}, {"Authorization": "Bearer "}, False),
    ("http.bearer", {"token": "t0k"}, {"Authorization": "Bearer t\udc80k"}, False),
    ("http.header", {"header": "X-Key", "value": "v"}, {"x-key": "v"}, True),
    ("http.header", {"header": "X-Key", "value": "v"}, {"x-key": "V"}, False),
    ("http.header", {"header": "X-Key", "value": ""}, {}, False),
    ("webhook.signature", {"secret": "key", "header": "X-Sig"}, {"x-sig": HEX}, True),
    ("webhook.signature", {"secret": "key", "header": "X-Sig"}, {"x-sig": HEX.upper()}, False),
    (
        "webhook.signature",
        {
            "secret": "key",
            "header": "X-Sig",
            "algorithm": "sha512",
            "form": "base64",
            "prefix": "v=",
        },
        {"x-sig": f"v={B64}"},
        True,
    ),
    (
        "webhook.signature",
        {"secret": "key", "header": "X-Sig", "algorithm": "crc"},
        {"x-sig": HEX},
        False,
    ),
]


@pytest.mark.parametrize(("kind", "secret", "headers", "taken"), SIMPLE)
def test_passwords_tokens_and_plain_signatures(
    kind: str, secret: dict[str, str], headers: dict[str, str], taken: bool
) -> None:
    assert CREDENTIAL_TYPES[kind].proven(secret, call(headers, BODY)) is taken


NOW = 1_700_000_000.0
LONG = "a secret of more than thirty-two characters"
CLAIMS: list[tuple[str, dict[str, Any], dict[str, str], bool]] = [
    ("fresh", {"exp": NOW + 60}, {}, True),
    ("no end", {}, {}, False),
    ("over", {"exp": NOW - 60}, {}, False),
    ("over for less than the leeway", {"exp": NOW - 10}, {}, True),
    ("not begun", {"exp": NOW + 600, "nbf": NOW + 300}, {}, False),
    ("another issuer", {"exp": NOW + 60, "iss": "b"}, {"issuer": "a"}, False),
    ("our issuer", {"exp": NOW + 60, "iss": "a"}, {"issuer": "a"}, True),
    ("for others", {"exp": NOW + 60, "aud": "b"}, {"audience": "a"}, False),
    ("for us among others", {"exp": NOW + 60, "aud": ["a", "b"]}, {"audience": "a"}, True),
    ("an end that is no number", {"exp": "soon"}, {}, False),
]
JWT = CREDENTIAL_TYPES["webhook.jwt"]


def bearer(token: str) -> IncomingCall:
    return call({"Authorization": f"Bearer {token}"}, BODY, NOW)


@pytest.mark.parametrize(("what", "claims", "more", "taken"), CLAIMS)
def test_a_token_is_taken_for_what_it_says(
    what: str, claims: dict[str, Any], more: dict[str, str], taken: bool
) -> None:
    # PyJWT will not sign some of these claims, so the parts are put together here.
    api = jwt.PyJWS()
    payload = jwt.utils.force_bytes(json.dumps(claims))
    token = api.encode(payload, LONG, algorithm="HS256", headers={"typ": "JWT"})
    assert JWT.proven({"secret": LONG, **more}, bearer(token)) is taken


def test_a_token_signed_with_a_key_pair() -> None:
    private, pem = key_pair()
    token = jwt.encode({"exp": NOW + 60}, private, algorithm="ES256")
    assert JWT.proven({"public_key": pem}, bearer(token))
    other, _ = key_pair()
    forged = jwt.encode({"exp": NOW + 60}, other, algorithm="ES256")
    assert not JWT.proven({"public_key": pem}, bearer(forged))


def test_a_public_key_is_never_taken_for_a_secret() -> None:
    """Whoever knows the public key could else sign tokens with it."""
    _, pem = key_pair()
    unsigned = jwt.encode({"exp": NOW + 60}, "", algorithm="none")
    token = jwt.PyJWS().encode(b'{"exp": 9999999999}', b"x" * 40, algorithm="HS256")
    assert not JWT.proven({"public_key": pem}, bearer(token))
    assert not JWT.proven({"public_key": pem}, bearer(unsigned))
    assert not JWT.proven({"secret": LONG}, bearer(unsigned))


def key_pair() -> tuple[ec.EllipticCurvePrivateKey, str]:
    """A private key, and its public one as a box of one line takes it."""
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private, pem.decode().replace("\n", "")


REFUSED = [
    ("webhook.standard", {"secret": "whsec_"}, "no signing key"),
    ("webhook.standard", {}, "Enter the signing secret"),
    ("webhook.standard", {"public_key": "whpk_A6E"}, "no signing key"),
    ("webhook.jwt", {"secret": "short"}, "32 characters"),
    ("webhook.jwt", {"public_key": "MIIB"}, "BEGIN and END"),
    ("webhook.jwt", {"secret": LONG, "public_key": "x"}, "not both"),
    ("webhook.signature", {"secret": "k", "header": "h", "algorithm": "md5"}, "sha256"),
]


@pytest.mark.parametrize(("kind", "secret", "said"), REFUSED)
def test_what_could_take_no_call_is_said_when_it_is_saved(
    kind: str, secret: dict[str, str], said: str
) -> None:
    assert said in (CREDENTIAL_TYPES[kind].refusal(secret) or "")


@pytest.mark.parametrize("kind", CREDENTIAL_TYPES.values(), ids=CREDENTIAL_TYPES)
def test_nothing_is_taken_without_a_secret(kind: Any) -> None:
    headers = {"authorization": "Bearer ", "webhook-signature": "v1,", "x-hub-signature-256": ""}
    assert not kind.proven({}, call(headers, BODY))
