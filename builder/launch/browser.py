"""Finds a Chromium for the browser tests, or installs the system's own; downloads none itself."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from builder.launch.commands import run_quietly
from builder.launch.environment import TEST_CHROMIUM, Project
from builder.launch.messages import Screen, Trouble

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)


def ensure_chromium(project: Project, screen: Screen, env: Mapping[str, str]) -> Path:
    """A Chromium's path; installs Debian's where that is possible."""
    found = find_chromium(env)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        with screen.step("Installing Chromium for the browser tests"):
            _install(project, env)
        found = find_chromium(env)
    if found is None:
        raise Trouble(
            "The browser tests need Chromium or Chrome, and there is none on this machine.",
            "Install one (on Debian and Ubuntu: sudo apt-get install chromium),",
            f"or let {TEST_CHROMIUM} name the program, then run the tests again.",
        )
    return found


def find_chromium(env: Mapping[str, str]) -> Path | None:
    """A Chromium or Chrome: the named one, one on the PATH, or a Mac's application."""
    if env.get(TEST_CHROMIUM):
        return Path(env[TEST_CHROMIUM])
    on_path = (shutil.which(name, path=env.get("PATH")) for name in NAMES)
    candidates = [*(Path(path) for path in on_path if path), *APPLICATIONS]
    return next((path for path in candidates if path.is_file()), None)


def _install(project: Project, env: Mapping[str, str]) -> None:
    calm = {**env, "DEBIAN_FRONTEND": "noninteractive"}
    for argv in (
        ["apt-get", "update"],
        ["apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
    ):
        run_quietly(
            argv,
            log=project.venv / "install-chromium.log",
            env=calm,
            cwd=project.root,
            failure="Chromium could not be installed.",
        )
