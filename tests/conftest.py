"""What every test may ask for: servers, ports, a browser, a whole Segue."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from django.utils.translation import deactivate
from hypothesis import settings

from builder.launch import environment
from builder.launch.broker import free_port as any_free_port
from builder.launch.browser import find_chromium
from builder.launch.supervisor import Supervisor
from tests.support.live import LiveSegue, live
from tests.support.servers import fresh_database, own_valkey, running_servers

# Files run two at a time, over one Valkey: each process keeps to its own half of the numbers.
_redis_numbers = count(int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")), 2)

# What the disk of the tests has left is not their affair.
os.environ["SEGUE_KEEP_FREE_MB"] = "0"

# How long an example takes says how busy the machine is.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--times N`: every fault of tests/chaos so often."""
    parser.addoption("--times", default="1", help="run each test of tests/chaos so many times")


@pytest.fixture(autouse=True)
def its_own_language() -> Iterator[None]:
    """A request in German leaves its thread speaking German: nothing of it for the next test."""
    yield
    deactivate()


@pytest.fixture(scope="session")
def servers() -> Iterator[Mapping[str, str]]:
    """The addresses of a real PostgreSQL and a real Valkey."""
    with running_servers(os.environ) as places:
        yield places


@pytest.fixture
def postgres_url(servers: Mapping[str, str]) -> Iterator[str]:
    """An empty PostgreSQL database of the test's own."""
    with fresh_database(servers[environment.TEST_POSTGRES_URL]) as url:
        yield url


@pytest.fixture
def redis_url(servers: Mapping[str, str]) -> str:
    """A numbered database of the shared Valkey; take `valkey` for one that may be harmed."""
    return _next_redis(servers)


@pytest.fixture(scope="module")
def module_redis_url(servers: Mapping[str, str]) -> str:
    """The same for all tests of a module."""
    return _next_redis(servers)


def _next_redis(servers: Mapping[str, str]) -> str:
    server = servers[environment.TEST_REDIS_URL].rsplit("/", 1)[0]
    return f"{server}/{next(_redis_numbers) % 16}"


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[tuple[str, Supervisor]]:
    """A Valkey of the test's own: its address, and the supervisor to stop or kill it by."""
    with own_valkey(tmp_path) as both:
        yield both


@pytest.fixture
def free_port() -> int:
    """A port nobody listens on."""
    return any_free_port()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser that `manage.py test` found or installed."""
    found = find_chromium(os.environ)
    assert found is not None, "No Chromium here: `python3 manage.py test` finds or installs one."
    return str(found)


@pytest.fixture(scope="module")
def live_segue(
    request: pytest.FixtureRequest,
    servers: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveSegue]:
    """A whole Segue per module, on SQLite; parametrise with "postgresql" for the other database."""
    with ExitStack() as stack:
        # The servers that steps call in tests are on this very machine.
        settings: dict[str, str] = {"SEGUE_INTERNAL_HOSTS": "127.0.0.1"}
        if getattr(request, "param", "sqlite") == "postgresql":
            database = fresh_database(servers[environment.TEST_POSTGRES_URL])
            settings[environment.DATABASE_URL] = stack.enter_context(database)
        data = tmp_path_factory.mktemp("segue") / "data"
        yield stack.enter_context(live(data, settings=settings))
