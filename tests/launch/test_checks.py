"""What must hold before Segue starts, and the words when it does not."""

import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from builder.launch import checks
from builder.launch.messages import Screen, Trouble

Usage = namedtuple("Usage", ["total", "used", "free"])


def test_a_taken_port_is_named_and_another_one_offered() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {port} is taken") as told:
            checks.choose_port("127.0.0.1", port)
    assert f"--port {port + 1}" in str(told.value)


def test_port_zero_means_any_free_one() -> None:
    assert checks.choose_port("127.0.0.1", 0) > 1024


def test_an_almost_full_disk_is_refused_with_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9, 150_000_000))
    with pytest.raises(Trouble, match="150 MB are free") as told:
        checks.need_data(tmp_path / "data")
    assert "SEGUE_DATA" in str(told.value)


def test_a_data_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Trouble, match="cannot write there"):
        checks.need_data(tmp_path / "file" / "data")


def test_the_data_folder_is_its_owners_business(tmp_path: Path) -> None:
    checks.need_data(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


HOLD = """
import sys
from pathlib import Path
from builder.launch.checks import take_lock
from builder.launch.messages import Screen
take_lock(Path(sys.argv[1]), Screen(sys.stderr))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_segue_on_one_data_folder_is_refused(tmp_path: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        assert checks.is_running(tmp_path)
        with pytest.raises(Trouble, match=f"already running .* \\(process {other.pid}\\)"):
            checks.take_lock(tmp_path, Screen())
    assert not checks.is_running(tmp_path)
    os.close(checks.take_lock(tmp_path, Screen()))


def test_the_folder_of_a_killed_segue_is_taken_once_its_last_process_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handle = checks.take_lock(tmp_path, Screen())
    heir = subprocess.Popen(["sleep", "0.5"], pass_fds=(handle,))
    os.ftruncate(handle, 0)  # as if the one who wrote its process id were dead
    os.close(handle)
    with heir:
        os.close(checks.take_lock(tmp_path, Screen()))
    assert "Waiting for the last Segue to finish stopping" in capsys.readouterr().out
