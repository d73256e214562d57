"""Reads the first word of the command line; whatever is not the launcher's own goes to Django."""

import json
import os
import sys
from collections.abc import Mapping, Sequence

from builder.launch.bootstrap import RUNTIME, WEIGHTS, ensure_packages
from builder.launch.checks import is_running
from builder.launch.environment import (
    DATABASE_URL,
    REDIS_URL,
    Project,
    child_environment,
    find_project,
)
from builder.launch.messages import Screen, Trouble
from builder.launch.programs import worker_program
from builder.launch.up import RUNNING, install, up

DJANGO = """\
import sys
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])"""

HELP = """\
python3 manage.py up       start Segue (installs what it needs the first time)
python3 manage.py test     check everything
python3 manage.py token USERNAME            print an API token
python3 manage.py run_flow FLOW.json        run one flow and print what happened
python3 manage.py install  install and build only
python3 manage.py worker   one more worker, for the database and Redis given by the environment
python3 manage.py lock     renew the lists of packages
python3 manage.py COMMAND  any other command of Django's; `help` lists them"""


def main(argv: Sequence[str]) -> int:
    """Run one command; troubles are told in plain words."""
    screen = Screen()
    try:
        return _dispatch(argv, find_project(os.environ), screen)
    except Trouble as trouble:
        screen.complain(trouble)
        return 1
    except KeyboardInterrupt:
        screen.say("Stopped.")
        return 0 if argv[:1] == ["up"] else 130


def run() -> None:
    """The `segue` command of an installed package."""
    sys.exit(main(sys.argv[1:]))


def _dispatch(argv: Sequence[str], project: Project, screen: Screen) -> int:
    command, rest = (argv[0], argv[1:]) if argv else ("", [])
    if command in ("", "-h", "--help"):
        screen.say(HELP)
        return 0
    if command == "up":
        return up(rest, project, screen)
    if command == "install":
        install(project, screen, child_environment(project, os.environ))
        return 0
    if command == "worker":
        return become_worker(project, screen)
    if command == "test":
        from builder.launch.checkup import checkup

        return checkup(rest, project, screen)
    if command == "lock":
        from builder.launch.locks import lock

        return lock(rest, project, screen)
    return hand_to_django(argv, project, Screen(sys.stderr))


def hand_to_django(argv: Sequence[str], project: Project, screen: Screen) -> int:
    """Become Django's own command line, inside the virtual environment."""
    env = child_environment(project, os.environ)
    ensure_packages(project, [RUNTIME, WEIGHTS], screen, env)
    if is_running(project.run):
        known = json.loads((project.run / RUNNING).read_text())
        env = {**known, **env}
    python = str(project.python)
    return _become((python, "-c", DJANGO, *argv), project, env)


def become_worker(project: Project, screen: Screen) -> int:
    """Become one more worker, on this machine or on another one."""
    env = child_environment(project, os.environ)
    ensure_packages(project, [RUNTIME, WEIGHTS], screen, env)
    if not env.get(REDIS_URL):
        raise Trouble(
            f"One more worker needs to know its broker: set {REDIS_URL} (and {DATABASE_URL}).",
            "On a single machine `python3 manage.py up` starts a worker of its own.",
        )
    return _become(worker_program(project, env).argv, project, env)


def _become(argv: Sequence[str], project: Project, env: Mapping[str, str]) -> int:
    os.chdir(project.root)
    os.execve(argv[0], list(argv), dict(env))  # noqa: S606
