"""The benchmark command measures and writes; how fast this machine is, is not tested."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.live import ROOT, LiveSegue

pytestmark = pytest.mark.acceptance


def benchmark(folder: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "benchmark", *argv]
    env = LiveSegue.environment(folder / "data")
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_workload_is_measured_and_written_as_json(tmp_path: Path) -> None:
    done = benchmark(tmp_path, "W2", "--json", str(tmp_path / "figures.json"))
    assert done.returncode == 0, done.stderr
    assert "100 steps, in the engine" in done.stdout
    report = json.loads((tmp_path / "figures.json").read_text())
    assert report["database"] == "sqlite"
    first = report["figures"][0]
    assert (first["workload"], first["unit"], first["bar"]) == ("W2", "s", 0.012)
    assert first["value"] > 0
    assert first["ratio"] == pytest.approx(first["value"] / first["floor"])


def test_an_unknown_workload_is_named(tmp_path: Path) -> None:
    done = benchmark(tmp_path, "W9")
    assert done.returncode != 0
    assert "There is no workload W9. Choose from W1" in done.stderr
