"""The programs a running Segue is made of, beside the broker: the worker and the web server."""

import contextlib
import http.client
import socket
from collections.abc import Mapping
from pathlib import Path

from builder.launch.environment import Project
from builder.launch.process import Program

WORKER_DRAINS_WITHIN_SECONDS = 25
WEB_LOGS = Path(__file__).with_name("web_logs.json")  # the web server's own lines look like ours


def worker_program(project: Project, env: Mapping[str, str]) -> Program:
    """The Celery worker that executes flows."""
    # Without its banner, and with our own log lines (see runtime.observe.logs).
    celery = (str(project.python), "-m", "celery", "-q", "-A", "runtime.worker.app:app", "worker")
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return Program(
        name="worker",
        title="The worker",
        argv=(*celery, "-P", "solo", "-Q", "flows", *quiet),
        env=env,
        stop_grace_seconds=WORKER_DRAINS_WITHIN_SECONDS,
    )


def web_program(project: Project, env: Mapping[str, str], host: str, port: int) -> Program:
    """The web server: one process, so that one loop sees every live view and every webhook."""
    granian = (str(project.python), "-m", "granian", "--interface", "asginl", "--loop", "uvloop")
    place = ("--host", host, "--port", str(port))
    one = ("--workers", "1", "--workers-kill-timeout", "5")
    logs = ("--log-config", str(WEB_LOGS))
    return Program(
        name="web",
        title="The web server",
        argv=(*granian, *place, *one, *logs, "builder.asgi:application"),
        env=env,
        ready=lambda: status(host, port, "/health") == 200,
        stop_grace_seconds=10,
    )


def status(host: str, port: int, path: str) -> int | None:
    """The status with which our web server answers GET *path*; None when it does not answer."""
    return ask(host, port, path)[0]


def ask(host: str, port: int, path: str) -> tuple[int | None, str]:
    """Status and text of GET *path* at our web server."""
    line = http.client.HTTPConnection(reachable(host), port, timeout=5)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read(10_000).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return None, ""
    finally:
        line.close()


def reachable(host: str) -> str:
    """The address at which this machine reaches a server that listens on *host*."""
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def seen_from_outside(host: str) -> str:
    """The address at which other machines reach a server that listens on *host*, at our best."""
    if host not in ("0.0.0.0", "", "::"):  # noqa: S104
        return host
    family = socket.AF_INET6 if host == "::" else socket.AF_INET
    nowhere = "2001:db8::1" if host == "::" else "192.0.2.1"  # for documentation: nobody is there
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((nowhere, 9))  # sends nothing; the system only chooses the way
        return str(probe.getsockname()[0])
    return reachable(host)
