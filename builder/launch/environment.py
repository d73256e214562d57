"""The names of the environment variables Segue reads, and where a checkout keeps its things.

The launcher hands these to every process it starts; docs/operators/start.md explains them.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DATA = "SEGUE_DATA"
PUBLIC_URL = "SEGUE_PUBLIC_URL"
OWN_URL = "SEGUE_OWN_URL"  # where we listen, for links that no request tells the address of
PRACTICE_URL = "SEGUE_PRACTICE_URL"  # where steps find the practice world, on this machine
VENV = "SEGUE_VENV"
DATABASE_URL = "DATABASE_URL"
REDIS_URL = "REDIS_URL"

TEST_POSTGRES_URL = "SEGUE_TEST_POSTGRES_URL"
TEST_REDIS_URL = "SEGUE_TEST_REDIS_URL"
TEST_CHROMIUM = "SEGUE_TEST_CHROMIUM"

# Settings of a person's shell that would send Python or pip to the wrong place.
MISLEADING = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONINSPECT",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_TARGET",
    "PIP_USER",
    "DJANGO_SETTINGS_MODULE",
)


@dataclass(frozen=True)
class Project:
    """Where the program lies, and where it keeps what must stay."""

    root: Path
    data: Path
    venv: Path

    @property
    def is_checkout(self) -> bool:
        """Whether this is a source tree, which installs itself, or an installed package."""
        return (self.root / "requirements" / "runtime.txt").is_file()

    @property
    def python(self) -> Path:
        """The Python that has Segue's packages."""
        return self.venv / "bin" / "python" if self.is_checkout else Path(sys.executable)

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.data / "logs"

    @property
    def run(self) -> Path:
        """What matters only while Segue runs: the lock, the broker's settings."""
        return self.data / "run"

    @property
    def secrets(self) -> Path:
        """Keys made at the first start; readable by their owner only."""
        return self.data / "secrets"

    @property
    def frontend(self) -> Path:
        """The canvas's source."""
        return self.root / "frontend"

    @property
    def requirements(self) -> Path:
        """The lists of packages, with hashes."""
        return self.root / "requirements"


def find_project(environ: Mapping[str, str]) -> Project:
    """Read the places from the environment; a checkout keeps its data beside the source."""
    root = Path(__file__).resolve().parents[2]
    checkout = (root / "requirements" / "runtime.txt").is_file()
    home = root if checkout else Path.cwd()
    data = Path(environ.get(DATA) or home / "data").expanduser().absolute()
    venv = Path(environ.get(VENV) or root / ".venv").expanduser().absolute()
    return Project(root=root, data=data, venv=venv)


def child_environment(project: Project, environ: Mapping[str, str]) -> dict[str, str]:
    """What every process of Segue is started with: the person's environment, put straight."""
    env = {name: value for name, value in environ.items() if name not in MISLEADING}
    env[DATA] = str(project.data)
    env["DJANGO_SETTINGS_MODULE"] = "builder.settings"
    env["PYTHONUNBUFFERED"] = "1"
    if project.is_checkout:
        env["PYTHONPATH"] = str(project.root)  # commands keep the folder a person calls them from
    env["PATH"] = os.pathsep.join([str(project.python.parent), env.get("PATH", os.defpath)])
    return env
