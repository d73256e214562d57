"""`manage.py test`: installs what the tests need, then runs every check, the suite last."""

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from builder.launch import environment
from builder.launch.bootstrap import DEV, RUNTIME, WEIGHTS, ensure_packages
from builder.launch.browser import ensure_chromium
from builder.launch.canvas import ensure_canvas, ensure_modules, has_canvas, node_environment
from builder.launch.environment import Project, child_environment
from builder.launch.messages import Screen, duration, tail
from builder.launch.servers import throwaway_servers
from builder.launch.suite import run_suite
from builder.launch.up import stop_on_signals

CODE_CHECKS = (
    ("ruff", ("ruff", "check", ".")),
    ("format", ("ruff", "format", "--check", ".")),
    ("types", ("mypy",)),
    ("layers", ("lint-imports",)),
)
CANVAS_CHECKS = ("check", "typecheck", "lint", "test")


@dataclass(frozen=True)
class Check:
    """One program that must end well."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]


def checkup(argv: Sequence[str], project: Project, screen: Screen) -> int:
    """Run everything; with arguments (pytest's), only the suite."""
    stop_on_signals()
    env = child_environment(project, os.environ)
    for name in (environment.DATABASE_URL, environment.REDIS_URL, environment.PUBLIC_URL):
        env.pop(name, None)  # the tests start their own servers and must never meet a real one
    ensure_packages(project, [RUNTIME, WEIGHTS, DEV], screen, env)
    ensure_canvas(project, screen, env)
    env[environment.TEST_CHROMIUM] = str(ensure_chromium(project, screen, env))
    with throwaway_servers(project, screen, env) as places:
        env.update(places)
        if not argv and not _all_hold(checks(project, screen, env), screen):
            return 1
        return run_suite(argv, project, screen, env)


def checks(project: Project, screen: Screen, env: Mapping[str, str]) -> list[Check]:
    """The checks that come before the suite: of the code, and of the canvas."""
    tools = project.python.parent
    code = [
        Check(name, (str(tools / argv[0]), *argv[1:]), project.root, env)
        for name, argv in CODE_CHECKS
    ]
    return [*code, *_canvas_checks(project, screen, env)]


def _canvas_checks(project: Project, screen: Screen, env: Mapping[str, str]) -> list[Check]:
    if not has_canvas(project):
        return []
    node = node_environment(project, screen, {**env, "CI": "true"})
    ensure_modules(project, screen, node)
    scripts = json.loads((project.frontend / "package.json").read_text()).get("scripts", {})
    return [
        Check(f"canvas {name}", ("npm", "run", "--silent", name), project.frontend, node)
        for name in CANVAS_CHECKS
        if name in scripts
    ]


def _all_hold(wanted: Sequence[Check], screen: Screen) -> bool:
    """Run the checks, two at a time; say how each went, and close with a count."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        verdicts = list(pool.map(lambda check: _holds(check, screen), wanted))
    failed = verdicts.count(False)
    if failed:
        screen.say(f"{len(verdicts) - failed} passed, {failed} failed")
    return not failed


def _holds(check: Check, screen: Screen) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        check.argv,
        cwd=check.cwd,
        env=dict(check.env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    good = done.returncode == 0
    taken = duration(time.monotonic() - started)
    report = [] if good else [f"    {line}" for line in tail(done.stdout.decode(), 40)]
    screen.say("\n".join([f"{'ok    ' if good else 'FAILED'}  {check.name}  {taken}", *report]))
    return good
