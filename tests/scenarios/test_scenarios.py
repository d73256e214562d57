"""Every scenario in memory, and with real Celery workers on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from builder.launch import environment
from runtime.graph.issue import Severity
from runtime.graph.validate import validate
from tests.scenarios.harness import in_memory, on_stand, types
from tests.scenarios.scenario import Scenario, Seen, differences, load_all
from tests.support.servers import fresh_database
from tests.support.stand import Stand

SCENARIOS = load_all()
Harness = Callable[[Scenario], Seen]


def _name(scenario: Scenario) -> str:
    return scenario.name.replace(" ", "_")


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgresql"])
def harness(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Harness]:
    """Where the scenarios run; on a database all of them at once, before the first is compared."""
    if request.param == "memory":
        yield in_memory
        return
    servers = request.getfixturevalue("servers")
    broker = servers[environment.TEST_REDIS_URL].rsplit("/", 1)[0]
    with ExitStack() as stack:
        database = None
        if request.param == "postgresql":
            database = stack.enter_context(fresh_database(servers[environment.TEST_POSTGRES_URL]))
        folder: Path = tmp_path_factory.mktemp("scenarios")
        stand = Stand(folder / "data", database, f"{broker}/14")
        stack.callback(stand.close)
        stand.start_worker()
        seen = on_stand(stand, SCENARIOS, 60)
        yield lambda scenario: seen[scenario.name]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=_name)
def test_scenario(scenario: Scenario, harness: Harness) -> None:
    assert list(differences(scenario.expected, harness(scenario))) == []


def test_there_are_at_least_forty_scenarios_of_different_names() -> None:
    names = {scenario.name for scenario in SCENARIOS}
    assert len(names) == len(SCENARIOS) >= 40


@pytest.mark.parametrize("scenario", SCENARIOS, ids=_name)
def test_a_scenarios_flow_could_be_published(scenario: Scenario) -> None:
    issues = validate(scenario.document, types())
    assert [i.message for i in issues if i.severity is Severity.ERROR] == []
