"""`manage.py`: the first thing anybody runs, with whatever Python they have."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
MANAGE = ROOT / "manage.py"


@pytest.fixture
def manage() -> ModuleType:
    module = ModuleType("manage")
    exec(compile(MANAGE.read_text(), str(MANAGE), "exec"), module.__dict__)  # noqa: S102
    return module


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10)])
def test_an_old_python_is_told_so(
    manage: ModuleType, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int]
) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, 1, "final", 0))
    said = manage.too_old()
    assert f"this is Python {version[0]}.{version[1]}" in said
    assert "needs Python 3.11 or newer" in said


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_a_fitting_python_is_not_complained_about(
    manage: ModuleType, monkeypatch: pytest.MonkeyPatch, minor: int
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, minor, 0, "final", 0))
    assert manage.too_old() is None


def test_an_old_python_can_read_it() -> None:
    tree = ast.parse(MANAGE.read_text(), feature_version=(3, 4))
    new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match)
    assert not [part for part in ast.walk(tree) if isinstance(part, new)]
    functions = [part for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)]
    assert all(function.returns is None for function in functions)


def test_help_needs_nothing_installed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-E", "-S", str(MANAGE)],
        env={"PATH": os.defpath, "SEGUE_VENV": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "manage.py up" in done.stdout
    assert not (tmp_path / "none").exists()
