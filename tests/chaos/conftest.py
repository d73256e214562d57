"""A stand on each database, and rows of the fault matrix as often as asked.

`python3 manage.py test tests/chaos --times 20` is the long form: every row twenty times.
"""

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


@pytest.fixture
def long_form(request: pytest.FixtureRequest) -> bool:
    """Whether there is time for all of it."""
    return int(request.config.getoption("--times")) > 1


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test of this folder as many times as `--times` says."""
    times = int(metafunc.config.getoption("--times"))
    if times > 1:
        metafunc.fixturenames.append("round_number")
        metafunc.parametrize("round_number", range(times))
