"""Django's commands from a bare Python, with what they need around them; also one more worker."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from builder.launch.bootstrap import RUNTIME, WEIGHTS, ensure_packages
from builder.launch.broker import choose_broker
from builder.launch.checks import is_running, need_data, take_lock
from builder.launch.environment import DATABASE_URL, REDIS_URL, Project, child_environment
from builder.launch.messages import Screen, Trouble
from builder.launch.preparation import prepare
from builder.launch.programs import worker_program
from builder.launch.supervisor import Supervisor
from builder.launch.up import RUNNING, stop_on_signals

DJANGO = """\
import sys
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])"""

# What these find when no Segue runs on the data folder: a prepared database, and for some a worker.
NEEDS_DATA = frozenset({"token", "run_flow"})
NEEDS_WORKER = frozenset({"run_flow"})
# Nothing else may run on the data folder while these do, and the data is left as it is before.
NEEDS_QUIET = frozenset({"restore"})


def manage(argv: Sequence[str], project: Project) -> int:
    """Run one of Django's commands; what it prints is its own, we speak on standard error."""
    screen = Screen(sys.stderr)
    env = child_environment(project, os.environ)
    ensure_packages(project, [RUNTIME, WEIGHTS], screen, env)
    command = (str(project.python), "-P", "-c", DJANGO, *argv)
    asks_for_help = bool({"-h", "--help"} & set(argv))
    if argv[0] in NEEDS_QUIET and not asks_for_help:
        return _alone(command, project, screen, env)
    held = is_running(project.run)
    env = {**(_known(project) if held else {}), **env}
    # One that is held but tells nothing is starting, or serves another single command.
    alone = not held or (argv[0] in NEEDS_WORKER and REDIS_URL not in env)
    if argv[0] in NEEDS_DATA and alone and not asks_for_help:
        return _with_surroundings(command, project, screen, env, worker=argv[0] in NEEDS_WORKER)
    return _become(command, env)


def become_worker(project: Project) -> int:
    """Become one more worker, beside a Segue on this machine or for one elsewhere."""
    env = child_environment(project, os.environ)
    ensure_packages(project, [RUNTIME, WEIGHTS], Screen(sys.stderr), env)
    if is_running(project.run):
        env = {**_known(project), **env}
    if not env.get(REDIS_URL):
        raise Trouble(
            f"One more worker needs to know its broker: set {REDIS_URL} (and {DATABASE_URL}).",
            "On a single machine `python3 manage.py up` starts a worker of its own.",
        )
    return _become(worker_program(project, env).argv, env)


def _alone(command: Sequence[str], project: Project, screen: Screen, env: Mapping[str, str]) -> int:
    """Run the command while the data folder is held, so that no Segue starts on it."""
    need_data(project.data)
    take_lock(project.run, screen)
    return subprocess.run(command, env=dict(env), check=False).returncode


def _with_surroundings(
    command: Sequence[str], project: Project, screen: Screen, env: dict[str, str], *, worker: bool
) -> int:
    stop_on_signals()
    need_data(project.data)
    lock = take_lock(project.run, screen)
    supervisor = Supervisor(
        logs=project.logs, cwd=project.root, screen=screen, pids=project.run, lock=lock
    )
    try:
        if worker:
            broker = choose_broker(project, env)
            env[REDIS_URL] = broker.url
            if broker.program is not None:
                supervisor.start([supervisor.add(broker.program)])
        prepare(project, env, screen)
        if worker:
            supervisor.start([supervisor.add(worker_program(project, env))])
        return _run_beside(command, supervisor, env)
    finally:
        supervisor.stop()


def _run_beside(command: Sequence[str], supervisor: Supervisor, env: Mapping[str, str]) -> int:
    """Run the command to its end while the processes it needs are looked after."""
    running = subprocess.Popen(command, env=dict(env))
    try:
        while running.poll() is None:
            supervisor.look()
            supervisor.stopping.wait(0.02)
    finally:
        if running.poll() is None:
            running.terminate()
            running.wait()
    return running.returncode


def _known(project: Project) -> dict[str, str]:
    """What the running Segue tells others on its data folder."""
    try:
        known = json.loads((project.run / RUNNING).read_text())
    except FileNotFoundError:
        return {}
    return {str(name): str(value) for name, value in known.items()}


def _become(argv: Sequence[str], env: Mapping[str, str]) -> int:
    os.execve(argv[0], list(argv), dict(env))  # noqa: S606
