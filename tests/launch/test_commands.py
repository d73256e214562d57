"""A failed program is told in plain words, with the end of its report and what to do."""

import os
import sys
from pathlib import Path

import pytest

from builder.launch.commands import run_quietly
from builder.launch.messages import Trouble


def run(code: str, folder: Path) -> str:
    return run_quietly(
        [sys.executable, "-c", code],
        log=folder / "made" / "it.log",
        env=os.environ,
        cwd=folder,
        failure="It could not be made.",
    )


def test_what_a_program_prints_is_returned_and_logged(tmp_path: Path) -> None:
    said = run("import sys; print('out'); print('err', file=sys.stderr)", tmp_path)
    assert said == "out\n"
    assert sorted((tmp_path / "made" / "it.log").read_text().split()) == ["err", "out"]


@pytest.mark.parametrize(
    ("report", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("npm error code ENOSPC", "The disk is full"),
        ("sqlite3.OperationalError: database or disk is full", "The disk is full"),
        ("npm error code EAI_AGAIN", "The network could not be reached"),
        ("Temporary failure in name resolution", "The network could not be reached"),
        ("no such table: run", "| no such table: run"),
    ],
)
def test_the_reason_decides_the_advice(tmp_path: Path, report: str, advice: str) -> None:
    with pytest.raises(Trouble, match=r"It could not be made\.") as told:
        run(f"raise SystemExit({report!r})", tmp_path)
    assert advice in str(told.value)
