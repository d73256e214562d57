"""The keys that connections are encrypted with are damaged, missing or rotated at the start.

Row 32 of the fault matrix (docs/operators/faults.md).
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from runtime.services.credentials import open_credential, save_credential
from runtime.services.health import check_parts
from tests.support.stand import ROOT

KEYS = "SEGUE_ENCRYPTION_KEYS"


GOOD = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@pytest.mark.parametrize("given", ["damaged", f"{GOOD},short", " , "])
def test_a_damaged_key_is_named_before_anything_starts(tmp_path: Path, given: str) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "django", "check"],
        env={**os.environ, "SEGUE_DATA": str(tmp_path), KEYS: given, "PYTHONPATH": str(ROOT),
             "DJANGO_SETTINGS_MODULE": "builder.settings"},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 1
    assert KEYS in said.stderr
    assert "Put back the key" in said.stderr
    assert "Traceback" not in said.stderr
    assert "short" not in said.stderr.split(KEYS)[1]  # what was given is never shown


def test_a_missing_key_is_told_and_an_older_one_still_opens(db: None, settings: Any) -> None:
    older, newer = (Fernet.generate_key().decode() for _ in range(2))
    settings.ENCRYPTION_KEYS = [older]
    workspace = uuid4()
    row = save_credential(
        workspace_id=workspace, name="Shop", type_name="http.bearer", secret={"token": "s3cret"},
        allowed_hosts=["shop.example"],
    )  # fmt: skip
    settings.ENCRYPTION_KEYS = [newer]
    said = {part.name: part for part in check_parts()}["connections"]
    assert said.state == "degraded"
    assert "key that is missing" in said.message
    settings.ENCRYPTION_KEYS = [newer, older]
    assert "connections" not in {part.name for part in check_parts()}
    assert open_credential(workspace, row.id).secret == {"token": "s3cret"}
