"""Runs the Python suite: two files at a time, then once more by itself what failed in company."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from builder.launch import environment
from builder.launch.environment import Project
from builder.launch.messages import Screen

TESTS_FAILED = 1  # pytest's exit code
# Real processes share two cores: now and then one starves another. More failures than this are
# no accident.
MOST_UNSTEADY = 6
TOGETHER = ("--numprocesses", "2", "--dist", "loadfile", "--durations", "15")


def run_suite(argv: Sequence[str], project: Project, screen: Screen, env: Mapping[str, str]) -> int:
    """Run all of it, or what `argv` (pytest's) asks for; returns pytest's exit code."""
    if argv:
        return _pytest(project, env, argv)
    cache = Path(env[environment.DATA]).parent / "pytest"
    keep = ("-o", f"cache_dir={cache}")
    code = _pytest(project, env, [*TOGETHER, *keep])
    failed = _failed(cache) if code == TESTS_FAILED else []
    if not 0 < len(failed) <= MOST_UNSTEADY:
        return code
    screen.say(f"\nOnce more, by themselves: {len(failed)} that failed beside others.")
    code = _pytest(project, env, ["--last-failed", "--last-failed-no-failures", "none", *keep])
    if code == 0:
        screen.say("\n".join(["Unsteady: failed beside others, passed alone:", *failed]))
        screen.say(f"{len(failed)} passed, 0 failed")
    return code


def _pytest(project: Project, env: Mapping[str, str], argv: Sequence[str]) -> int:
    command = [str(project.python), "-m", "pytest", *argv]
    return subprocess.run(command, cwd=project.root, env=dict(env), check=False).returncode


def _failed(cache: Path) -> list[str]:
    found = cache / "v" / "cache" / "lastfailed"
    return sorted(json.loads(found.read_text())) if found.exists() else []
