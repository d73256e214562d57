"""Builds the canvas from frontend/ when its sources changed; finds or installs Node for it."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from builder.launch.bootstrap import NODE, ensure_packages
from builder.launch.commands import run_quietly
from builder.launch.environment import Project
from builder.launch.messages import Screen

OLDEST_NODE = (20, 19)
NOT_SOURCE = {"node_modules", "dist", "coverage", "playwright-report", "test-results"}
NPM_CI = ("npm", "ci", "--no-audit", "--no-fund", "--loglevel", "error")


def has_canvas(project: Project) -> bool:
    """Whether this tree brings a canvas to build."""
    return (project.frontend / "package.json").is_file()


def ensure_canvas(project: Project, screen: Screen, environ: Mapping[str, str]) -> None:
    """Build frontend/dist unless it was built from exactly these sources."""
    if not has_canvas(project):
        return
    stamp = project.frontend / "dist" / ".built-from"
    wanted = fingerprint(project.frontend)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    env = node_environment(project, screen, environ)
    ensure_modules(project, screen, env)
    with screen.step("Building the canvas"):
        run_quietly(
            ["npm", "run", "build"],
            log=project.venv / "build-canvas.log",
            env=env,
            cwd=project.frontend,
            failure="The canvas could not be built.",
        )
    stamp.write_text(wanted)


def ensure_modules(project: Project, screen: Screen, env: Mapping[str, str]) -> None:
    """Install the canvas's packages as its lock file says, once per lock file."""
    lock = project.frontend / "package-lock.json"
    stamp = project.frontend / "node_modules" / ".installed-from"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with screen.step("Installing the canvas's packages"):
        run_quietly(
            NPM_CI,
            log=project.venv / "install-canvas.log",
            env=env,
            cwd=project.frontend,
            failure="The canvas's packages could not be installed.",
        )
    stamp.write_text(wanted)


def node_environment(
    project: Project, screen: Screen, environ: Mapping[str, str]
) -> dict[str, str]:
    """An environment in which `node` and `npm` fit, installing Node when none does."""
    env = dict(environ)
    if not _fits(env):
        ensure_packages(project, [NODE], screen, environ)
        env["PATH"] = os.pathsep.join([str(project.venv / "bin"), env.get("PATH", os.defpath)])
    return env


def _fits(env: Mapping[str, str]) -> bool:
    node, npm = (shutil.which(name, path=env.get("PATH")) for name in ("node", "npm"))
    if node is None or npm is None:
        return False
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.(\d+)\.", asked.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE


def fingerprint(frontend: Path) -> str:
    """One hash over the names and contents of the canvas's sources."""
    digest = hashlib.sha256()
    for path in _sources(frontend):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(frontend).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _sources(frontend: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(frontend):
        folders[:] = sorted(name for name in folders if not _is_made(name))
        for name in sorted(files):
            if not name.startswith(".") and not name.endswith(".log"):
                yield Path(folder) / name


def _is_made(name: str) -> bool:
    return name in NOT_SOURCE or name.startswith(".")
