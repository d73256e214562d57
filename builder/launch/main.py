"""Reads the first word of the command line; whatever is not the launcher's own goes to Django."""

import errno
import os
import sys
from collections.abc import Sequence

from builder.launch.environment import Project, child_environment, find_project
from builder.launch.messages import Screen, Trouble

HELP = """\
python3 manage.py up       start Segue (installs what it needs the first time)
python3 manage.py test     check everything
python3 manage.py token USERNAME      print an API token
python3 manage.py run_flow FLOW.json  run one flow and print what happened
python3 manage.py backup [FILE]       back everything up, while it runs
python3 manage.py restore FILE        restore a backup
python3 manage.py install  install and build, start nothing
python3 manage.py worker   be one more worker
python3 manage.py pictures take the pictures of the documentation
python3 manage.py lock     renew the lists of packages
python3 manage.py help     list all other commands"""


def main(argv: Sequence[str]) -> int:
    """Run one command; troubles are told in plain words."""
    screen = Screen()
    try:
        return _dispatch(argv, find_project(os.environ), screen)
    except Trouble as trouble:
        screen.complain(trouble)
        return 1
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        screen.complain(Trouble("The disk is full.", "Make room, then run the command again."))
        return 1
    except KeyboardInterrupt:
        screen.say("Stopped.")
        return 0 if argv[:1] == ["up"] else 130


def run() -> None:
    """The `segue` command of an installed package."""
    sys.exit(main(sys.argv[1:]))


def _dispatch(argv: Sequence[str], project: Project, screen: Screen) -> int:
    # Each command brings its own modules: `up` must not wait for those of `test`.
    match list(argv):
        case [] | ["-h" | "--help", *_]:
            screen.say(HELP)
            return 0
        case ["up", *rest]:
            from builder.launch.up import up

            return up(rest, project, screen)
        case ["install"]:
            from builder.launch.up import install

            install(project, screen, child_environment(project, os.environ))
            return 0
        case ["worker"]:
            from builder.launch.management import become_worker

            return become_worker(project)
        case ["test", *rest]:
            from builder.launch.checkup import checkup

            return checkup(rest, project, screen)
        case ["pictures"]:
            from builder.launch.checkup import checkup

            return checkup(["tests/e2e/pictures.py", "-q"], project, screen)
        case ["lock", *rest]:
            from builder.launch.locks import lock

            return lock(rest, project, screen)
        case other:
            from builder.launch.management import manage

            return manage(other, project)
