"""Tests of run control work on one house per module and database."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from builder.launch import environment
from tests.support.house import House, house_on
from tests.support.servers import fresh_database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest,
    servers: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> Iterator[House]:
    """Services and an engine on each of the two databases."""
    with ExitStack() as stack:
        database = None
        if request.param == "postgresql":
            fresh = fresh_database(servers[environment.TEST_POSTGRES_URL])
            database = stack.enter_context(fresh)
        stack.enter_context(django_db_blocker.unblock())
        yield stack.enter_context(house_on(tmp_path_factory.mktemp("house"), database))
