"""A stand on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stand import Stand


@pytest.fixture(params=["sqlite", "postgresql"])
def stand(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Iterator[Stand]:
    """Real workers on a database of the test's own."""
    database = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    made = Stand(tmp_path / "data", database, redis_url)
    try:
        yield made
    finally:
        made.close()
