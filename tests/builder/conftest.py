"""Design-time tests work on one workspace, and on a second one that must stay unseen."""

from collections.abc import Iterator

import pytest

from runtime.services.engine_connection import close_engine_connection
from tests.support.people import Place, make_place


@pytest.fixture(autouse=True)
def _no_connection_is_left() -> Iterator[None]:
    """Close what the services keep for the thread: a test database that is open stays."""
    yield
    close_engine_connection()


@pytest.fixture
def place(transactional_db: None) -> Place:
    """A workspace with everything in it."""
    return make_place("home")


@pytest.fixture
def elsewhere(transactional_db: None) -> Place:
    """Another one, whose people are strangers here."""
    return make_place("elsewhere")
