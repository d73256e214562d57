"""The canvas is built when its sources changed, and only then."""

import os
from io import StringIO
from pathlib import Path

import pytest

from builder.launch.canvas import ensure_canvas, fingerprint
from builder.launch.environment import Project
from builder.launch.messages import Screen

NODE = "#!/bin/sh\necho v22.1.0\n"
NPM = """#!/bin/sh
echo "$@" >> calls
mkdir -p node_modules dist
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    frontend = tmp_path / "frontend"
    (frontend / "src").mkdir(parents=True)
    (frontend / "package.json").write_text("{}")
    (frontend / "package-lock.json").write_text("{}")
    (frontend / "src" / "main.tsx").write_text("one")
    return Project(root=tmp_path, data=tmp_path / "data", venv=tmp_path / ".venv")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A PATH on which Node and npm are scripts that write down how they were called."""
    for name, script in (("node", NODE), ("npm", NPM)):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(script)
        (tmp_path / "bin" / name).chmod(0o755)
    return {"PATH": os.pathsep.join([str(tmp_path / "bin"), "/usr/bin", "/bin"])}


def built(project: Project, env: dict[str, str]) -> list[str]:
    """The calls of npm that bringing the canvas up to date took."""
    calls = project.frontend / "calls"
    calls.unlink(missing_ok=True)
    ensure_canvas(project, Screen(StringIO()), env)
    found = calls.read_text().splitlines() if calls.exists() else []
    calls.unlink(missing_ok=True)
    return [line.split(" --")[0] for line in found]


def test_it_is_built_once_per_state_of_its_sources(project: Project, env: dict[str, str]) -> None:
    assert built(project, env) == ["ci", "run build"]
    assert built(project, env) == []
    (project.frontend / "src" / "main.tsx").write_text("two")
    assert built(project, env) == ["run build"]
    (project.frontend / "package-lock.json").write_text('{"new": 1}')
    assert built(project, env) == ["ci", "run build"]


def test_a_tree_without_a_canvas_is_left_alone(tmp_path: Path) -> None:
    bare = Project(root=tmp_path, data=tmp_path / "data", venv=tmp_path / ".venv")
    ensure_canvas(bare, Screen(StringIO()), {"PATH": ""})


def test_what_is_made_does_not_count_as_source(project: Project) -> None:
    before = fingerprint(project.frontend)
    for folder in ("node_modules", "dist", ".vite"):
        (project.frontend / folder).mkdir()
        (project.frontend / folder / "file.js").write_text("made")
    (project.frontend / "install.log").write_text("made")
    assert fingerprint(project.frontend) == before
    (project.frontend / "src" / "main.tsx").rename(project.frontend / "src" / "other.tsx")
    assert fingerprint(project.frontend) != before
