"""The virtual environment is made without ensurepip, once per list of packages."""

import hashlib
import os
import shutil
import subprocess
import time
from collections import namedtuple
from io import StringIO
from pathlib import Path

import pytest

from builder.launch.bootstrap import Lock, ensure_packages
from builder.launch.environment import Project, find_project
from builder.launch.messages import Screen, Trouble

Usage = namedtuple("Usage", ["total", "used", "free"])
TINY = Lock("runtime", "Installing a tiny list")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A tree whose only package is pip itself, which lies in it: no network is needed."""
    wheel = next((find_project(os.environ).requirements / "pip").glob("pip-*.whl"))
    (tmp_path / "requirements" / "pip").mkdir(parents=True)
    shutil.copy(wheel, tmp_path / "requirements" / "pip")
    version = wheel.name.split("-")[1]
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    line = f"pip=={version} --hash=sha256:{digest}\n"
    (tmp_path / "requirements" / "runtime.txt").write_text(line)
    return Project(root=tmp_path, data=tmp_path / "data", venv=tmp_path / ".venv")


def test_a_bare_python_gets_its_packages_once(project: Project) -> None:
    ensure_packages(project, [TINY], Screen(StringIO()), os.environ)
    pip = [str(project.python), "-m", "pip", "--version"]
    assert subprocess.run(pip, capture_output=True, check=False).returncode == 0

    again = StringIO()
    started = time.monotonic()
    ensure_packages(project, [TINY], Screen(again), os.environ)
    assert again.getvalue() == ""
    assert time.monotonic() - started < 1


def test_a_changed_list_is_installed_again(project: Project) -> None:
    ensure_packages(project, [TINY], Screen(StringIO()), os.environ)
    with (project.requirements / "runtime.txt").open("a") as file:
        file.write("# changed\n")
    shown = StringIO()
    ensure_packages(project, [TINY], Screen(shown), os.environ)
    assert "Installing a tiny list" in shown.getvalue()


def test_a_broken_environment_is_made_anew(project: Project) -> None:
    project.python.parent.mkdir(parents=True)
    project.python.symlink_to("/nowhere/python3")
    ensure_packages(project, [TINY], Screen(StringIO()), os.environ)
    assert subprocess.run([str(project.python), "-c", ""], check=False).returncode == 0


def test_a_file_that_is_not_the_locked_one_is_refused(project: Project) -> None:
    wheel = next((project.requirements / "pip").glob("pip-*.whl"))
    other = f"click @ {wheel.as_uri()} --hash=sha256:{'0' * 64}\n"
    (project.requirements / "runtime.txt").write_text(other)
    with pytest.raises(Trouble, match="could not be installed"):
        ensure_packages(project, [TINY], Screen(StringIO()), os.environ)


def test_too_little_room_is_told_before_anything_is_made(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**10, 9 * 10**9, 10**9))
    with pytest.raises(Trouble, match="1000 MB are free"):
        ensure_packages(project, [TINY], Screen(StringIO()), os.environ)
    assert not project.venv.exists()
