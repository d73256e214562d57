"""The servers the tests run against, on free ports and in a folder that is thrown away."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from builder.launch import environment
from builder.launch.broker import find_server, own_broker
from builder.launch.environment import Project
from builder.launch.messages import Screen
from builder.launch.postgres import make_postgres
from builder.launch.supervisor import Supervisor


@contextmanager
def throwaway_servers(
    project: Project, screen: Screen, env: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """A real PostgreSQL and a real Valkey; yields the variables that tell where they are."""
    folder = Path(tempfile.mkdtemp(prefix="segue-test-"))
    folder.chmod(0o711)  # PostgreSQL may run as another user, in a folder inside
    supervisor = Supervisor(logs=folder / "logs", cwd=folder, screen=screen)
    try:
        with screen.step("Starting a PostgreSQL and a Valkey for the tests"):
            cluster = folder / "postgres"
            cluster.mkdir()
            postgres = make_postgres(project, cluster, screen, env)
            broker = own_broker(folder / "broker", find_server(project), env)
            programs = [made.program for made in (postgres, broker) if made.program]
            supervisor.start([supervisor.add(program) for program in programs])
        yield {
            environment.TEST_POSTGRES_URL: postgres.url,
            environment.TEST_REDIS_URL: broker.url,
            environment.DATA: str(folder / "data"),
        }
    finally:
        supervisor.stop()
        shutil.rmtree(folder, ignore_errors=True)
