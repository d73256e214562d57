"""Tests of upkeep work on one workspace with everything in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.services.engine_connection import close_engine_connection
from tests.support.people import Place, make_place


@pytest.fixture
def place(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Place]:
    """A workspace, with a data folder of its own."""
    settings.DATA_DIR = tmp_path
    yield make_place("home")
    close_engine_connection()
