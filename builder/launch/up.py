"""`manage.py up`: from whatever is there to a running Segue, and from there to a clean stop."""

import argparse
import json
import os
import shutil
import signal
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from types import FrameType

from builder.launch import environment
from builder.launch.bootstrap import RUNTIME, WEIGHTS, ensure_packages
from builder.launch.broker import choose_broker
from builder.launch.canvas import ensure_canvas
from builder.launch.checks import choose_port, need_data, take_lock
from builder.launch.environment import Project, child_environment
from builder.launch.messages import Screen, Trouble
from builder.launch.preparation import prepare_to_serve
from builder.launch.programs import ask, reachable, seen_from_outside, web_program, worker_program
from builder.launch.supervisor import Supervisor

READY_WITHIN_SECONDS = 60
RUNNING = "environment.json"


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line of `up`."""
    parser = argparse.ArgumentParser(prog="manage.py up", description="Start Segue.")
    parser.add_argument("--port", type=int, default=8000, help="default 8000; 0: any free one")
    parser.add_argument(
        "--host", default="127.0.0.1", help="default 127.0.0.1: reachable from this machine only"
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    return parser.parse_args(argv)


def up(argv: Sequence[str], project: Project, screen: Screen) -> int:
    """Start Segue and stay until somebody stops it."""
    asked = arguments(argv)
    stop_on_signals()
    need_data(project.data)
    lock = take_lock(project.run, screen)
    port = choose_port(asked.host, asked.port)
    env = child_environment(project, os.environ)
    install(project, screen, env)
    name = reachable(asked.host)
    base_url = f"http://{_in_url(name)}:{port}"
    env[environment.OWN_URL] = f"http://{_in_url(seen_from_outside(asked.host))}:{port}"
    env.setdefault(environment.PRACTICE_URL, base_url)
    opens = not asked.no_browser and can_open_browser()
    supervisor = Supervisor(
        logs=project.logs, cwd=project.root, screen=screen, pids=project.run, lock=lock
    )
    stop_on_signals(supervisor)
    try:
        links = start(project, supervisor, env, asked.host, port, base_url, 2 if opens else 1)
        if not supervisor.stopping.is_set():
            screen.say(f"Segue is ready at {base_url}/")
            screen.say(f"Sign in: {links[0]}")
            if opens:
                webbrowser.open(links[1])
            supervisor.watch()
        screen.say("Stopping Segue ...")
    finally:
        supervisor.stop()
        (project.run / RUNNING).unlink(missing_ok=True)
    screen.say("Segue has stopped. Everything is kept.")
    return 0


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def install(project: Project, screen: Screen, env: Mapping[str, str]) -> None:
    """Everything that is made once: packages and the canvas."""
    ensure_packages(project, [RUNTIME, WEIGHTS], screen, env)
    ensure_canvas(project, screen, env)


def start(
    project: Project,
    supervisor: Supervisor,
    env: dict[str, str],
    host: str,
    port: int,
    base_url: str,
    links: int,
) -> list[str]:
    """Start broker, worker and web server; returns one-time sign-in links once all is ready."""
    shutil.rmtree(project.run / "metrics", ignore_errors=True)  # figures of processes long gone
    broker = choose_broker(project, env)
    env[environment.REDIS_URL] = broker.url
    if broker.program is not None:
        supervisor.start([supervisor.add(broker.program)])
    public = env.get(environment.PUBLIC_URL, base_url).rstrip("/")
    made = prepare_to_serve(project, env, supervisor.screen, base_url=public, links=links)
    remember(project, env)
    with supervisor.screen.step("Starting the worker and the web server"):
        worker = supervisor.add(worker_program(project, env))
        web = supervisor.add(web_program(project, env, host, port))
        supervisor.start([worker, web])
        _wait_until_all_ready(supervisor, host, port)
    return made


def remember(project: Project, env: Mapping[str, str]) -> None:
    """Let other commands on this data folder find the running broker."""
    names = (
        environment.REDIS_URL,
        environment.DATABASE_URL,
        environment.PUBLIC_URL,
        environment.OWN_URL,
        environment.PRACTICE_URL,
    )
    known = {name: env[name] for name in names if env.get(name)}
    handle = os.open(project.run / RUNNING, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(known, file)


def _wait_until_all_ready(supervisor: Supervisor, host: str, port: int) -> None:
    def all_ready() -> bool:
        return ask(host, port, "/ready")[0] == 200

    ready = supervisor.wait_until(all_ready, READY_WITHIN_SECONDS)
    if not ready and not supervisor.stopping.is_set():
        raise Trouble(
            "Segue has started, but a part of it does not get ready.",
            f"| {ask(host, port, '/ready')[1][:500]}",
            f"The logs are in {supervisor.logs}",
        )


def stop_on_signals(supervisor: Supervisor | None = None) -> None:
    """Let Ctrl-C, SIGTERM and a closed terminal end Segue in order."""

    def handle(number: int, frame: FrameType | None) -> None:
        if supervisor is None:
            raise KeyboardInterrupt
        supervisor.ask_to_stop()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` means what it says
            signal.signal(number, handle)


def can_open_browser() -> bool:
    """Whether a person sits here with a screen; text browsers would take the terminal over."""
    screen = sys.platform == "darwin" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    return screen and sys.stdout.isatty()
