"""Reads the first word of the command line; whatever is not the launcher's own goes to Django."""

import json
import os
import sys
from collections.abc import Sequence

from builder.launch.bootstrap import RUNTIME, WEIGHTS, ensure_packages
from builder.launch.checks import is_running
from builder.launch.environment import Project, child_environment, find_project
from builder.launch.messages import Screen, Trouble
from builder.launch.up import RUNNING, up

DJANGO = """\
import sys
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])"""

HELP = """\
python3 manage.py up       start Segue (installs what it needs the first time)
python3 manage.py test     check everything
python3 manage.py token USERNAME            print an API token
python3 manage.py run_flow FLOW.json        run one flow and print what happened
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
    os.chdir(project.root)
    python = str(project.python)
    os.execve(python, [python, "-c", DJANGO, *argv], env)  # noqa: S606
