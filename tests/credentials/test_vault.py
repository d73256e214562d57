"""Secrets at rest: sealed to their row, opened by any key, rotated to the newest."""

from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from runtime.credentials.hosts import host_allowed, tidy_host
from runtime.credentials.masking import MASK, mask, mask_forms
from runtime.credentials.vault import Vault, VaultError, key_id

WORKSPACE, ROW = uuid4(), uuid4()
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_what_is_sealed_opens_for_its_own_row_only() -> None:
    box = Vault([NEW])
    token = box.seal(WORKSPACE, ROW, {"token": "s3cret"})
    assert "s3cret" not in token
    assert box.open(token, WORKSPACE, ROW, sealed_with=box.key_id) == {"token": "s3cret"}
    for workspace, row in ((uuid4(), ROW), (WORKSPACE, uuid4())):
        with pytest.raises(VaultError, match="another connection"):
            box.open(token, workspace, row, sealed_with=box.key_id)


def test_an_older_key_still_opens_and_is_rotated_away() -> None:
    token = Vault([OLD]).seal(WORKSPACE, ROW, {"token": "s3cret"})
    both = Vault([NEW, OLD])
    rotated = both.rotate(token, key_id(OLD))
    assert Vault([NEW]).open(rotated, WORKSPACE, ROW, sealed_with=key_id(NEW))


def test_a_missing_key_is_named() -> None:
    token = Vault([OLD]).seal(WORKSPACE, ROW, {"token": "s3cret"})
    with pytest.raises(VaultError, match=key_id(OLD)):
        Vault([NEW]).open(token, WORKSPACE, ROW, sealed_with=key_id(OLD))


def test_a_damaged_secret_is_said_to_be_damaged() -> None:
    with pytest.raises(VaultError, match="damaged"):
        Vault([NEW]).open("nonsense", WORKSPACE, ROW, sealed_with=key_id(NEW))


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("api.example.com", True),
        ("API.Example.com.", True),
        ("example.com", False),
        ("a.api.example.com", False),
        ("x.wild.org", True),
        ("y.x.wild.org", True),
        ("wild.org", False),
        ("evilwild.org", False),
        ("api.example.com.evil.org", False),
        ("", False),
    ],
)
def test_a_secret_goes_only_to_hosts_that_are_named(host: str, allowed: bool) -> None:
    assert host_allowed(host, ("api.example.com", "*.wild.org")) is allowed


@pytest.mark.parametrize(
    "text", ["https://example.com", "example.com/x", "*", "*.*.org", "a b", "user@host", "host:80"]
)
def test_what_is_no_host_name_is_refused(text: str) -> None:
    assert tidy_host(text) is None


@pytest.mark.parametrize(
    "shown",
    [
        'p"ss wörd&1',
        "cCJzcyB3w7ZyZCYx",
        "p%22ss%20w%C3%B6rd%261",
        "p%22ss+w%C3%B6rd%261",
        'p\\"ss w\\u00f6rd&1',
        'p\\"ss wörd&1',
        "p&quot;ss wörd&amp;1",
    ],
)
def test_a_secret_is_masked_in_every_shape(shown: str) -> None:
    forms = mask_forms(['p"ss wörd&1'])
    assert mask(f"before {shown} after", forms) == f"before {MASK} after"


def test_short_values_are_not_masked() -> None:
    assert mask_forms(["abc", "12345"]) == ()
