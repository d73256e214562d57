"""Makes the virtual environment and installs exactly the locked packages, once.

Works without `ensurepip` (Debian leaves it out): pip comes from the wheel in requirements/pip.
"""

import hashlib
import shutil
import subprocess
import venv
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from builder.launch.commands import run_quietly
from builder.launch.environment import Project
from builder.launch.messages import Screen, Trouble

NEEDED_TO_INSTALL_MB = 2000


@dataclass(frozen=True)
class Lock:
    """A list of packages with hashes, and how the person is told about it."""

    name: str
    title: str
    dependencies: bool = True


RUNTIME = Lock("runtime", "Installing Segue's packages (the first time this takes some minutes)")
WEIGHTS = Lock("weights", "Installing the practice model", dependencies=False)
DEV = Lock("dev", "Installing the packages the tests need")
NODE = Lock("node", "Installing Node, which builds the canvas")
POSTGRES = Lock("postgres", "Installing a PostgreSQL for the tests", dependencies=False)


def ensure_packages(
    project: Project, locks: Sequence[Lock], screen: Screen, environ: Mapping[str, str]
) -> None:
    """Bring the virtual environment to what *locks* say; at once when nothing changed."""
    if not project.is_checkout:
        return
    wanted = [lock for lock in locks if not _is_installed(project, lock)]
    if not wanted and _works(project.python):
        return
    _need_room(project)
    if not _works(project.python):
        with screen.step("Making a place for Segue's packages (.venv)"):
            _make(project)
        wanted = list(locks)
    for lock in wanted:
        with screen.step(lock.title):
            _install(project, lock, environ)


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    check = [str(python), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def _make(project: Project) -> None:
    if project.venv.exists():
        shutil.rmtree(project.venv)
    venv.EnvBuilder(with_pip=False, symlinks=True).create(project.venv)


def _install(project: Project, lock: Lock, environ: Mapping[str, str]) -> None:
    _ensure_pip(project)
    argv: list[str | Path] = [
        project.python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check",
        "--no-warn-script-location", "--progress-bar", "off", "--only-binary", ":all:",
        "--require-hashes", "--requirement", _list_of(project, lock),
    ]  # fmt: skip
    if not lock.dependencies:
        argv.append("--no-deps")
    log = project.venv / f"install-{lock.name}.log"
    failure = "Segue's packages could not be installed."
    run_quietly(argv, log=log, env=environ, cwd=project.root, failure=failure)
    _stamp(project, lock).write_text(_fingerprint(project, lock))


def _ensure_pip(project: Project) -> None:
    """Unpack pip's wheel: that is all that installing a pure Python wheel means."""
    packages = next((project.venv / "lib").glob("python3*/site-packages"))
    if (packages / "pip" / "__main__.py").exists():
        return
    wheel = next((project.requirements / "pip").glob("pip-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)


def _need_room(project: Project) -> None:
    free = shutil.disk_usage(project.root).free // 1_000_000
    if free < NEEDED_TO_INSTALL_MB:
        raise Trouble(
            f"The disk is too full: installing Segue takes about {NEEDED_TO_INSTALL_MB} MB, "
            f"and {free} MB are free at {project.root}.",
            "Make room, then run the same command again.",
        )


def _is_installed(project: Project, lock: Lock) -> bool:
    stamp = _stamp(project, lock)
    return stamp.exists() and stamp.read_text() == _fingerprint(project, lock)


def _stamp(project: Project, lock: Lock) -> Path:
    return project.venv / f"installed-{lock.name}"


def _list_of(project: Project, lock: Lock) -> Path:
    return project.requirements / f"{lock.name}.txt"


def _fingerprint(project: Project, lock: Lock) -> str:
    return hashlib.sha256(_list_of(project, lock).read_bytes()).hexdigest()
