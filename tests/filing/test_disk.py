"""Bytes on the disk: whole or not at all, once per content, and gone when nobody uses them."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runtime.filing.disk import DiskShelf
from runtime.filing.limits import file_limits, in_words
from runtime.filing.shelf import FileGoneError, TooLargeError

HOME, AWAY = "01890000-0000-7000-8000-000000000001", "01890000-0000-7000-8000-000000000002"


def put(shelf: DiskShelf, content: bytes, workspace: str = HOME) -> str:
    draft = shelf.begin(workspace, 1_000_000)
    draft.write(content)
    return draft.keep()


def files_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("content", [b"", b"x", b"\x00" * 300_000], ids=["empty", "one", "many"])
def test_what_was_kept_comes_out_again_and_lies_there_once(tmp_path: Path, content: bytes) -> None:
    shelf = DiskShelf(tmp_path)
    name = put(shelf, content)
    assert name == put(shelf, content) == hashlib.sha256(content).hexdigest()
    assert files_in(tmp_path) == [name]
    with shelf.open(HOME, name) as found:
        assert found.read() == content
    with pytest.raises(FileGoneError):
        shelf.open(AWAY, name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "ab" * 31 + "a/", "\x00" * 64])
def test_nothing_but_a_hash_becomes_part_of_a_path(tmp_path: Path, name: str) -> None:
    shelf = DiskShelf(tmp_path)
    for workspace, file in ((HOME, name), (name, "a" * 64)):
        with pytest.raises(FileGoneError):
            shelf.open(workspace, file)


def test_more_than_the_cap_leaves_nothing(tmp_path: Path) -> None:
    draft = DiskShelf(tmp_path).begin(HOME, 10)
    draft.write(b"0123456789")
    with pytest.raises(TooLargeError):
        draft.write(b"!")
    assert files_in(tmp_path) == []


def test_a_writer_that_is_killed_leaves_no_half_file(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from runtime.filing.disk import DiskShelf\n"
        f"draft = DiskShelf(Path({str(tmp_path)!r})).begin({HOME!r}, 10**9)\n"
        "draft.write(b'half'); draft._file.flush(); print('written', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        writer.send_signal(signal.SIGKILL)
    (left,) = (tmp_path / "incoming").iterdir()
    shelf = DiskShelf(tmp_path, fresh_seconds=0)
    assert list(shelf.old()) == []
    os.utime(left, (time.time() - 10_000,) * 2)
    assert list(shelf.old()) == []
    assert files_in(tmp_path) == []


def test_only_what_is_old_and_unused_is_dropped(tmp_path: Path) -> None:
    shelf, eager = DiskShelf(tmp_path), DiskShelf(tmp_path, fresh_seconds=0)
    name = put(shelf, b"data")
    assert list(shelf.old()) == []
    assert not shelf.drop(HOME, name, lambda: False)
    assert list(eager.old()) == [(HOME, name)]
    assert not eager.drop(HOME, name, lambda: True)
    with shelf.open(HOME, name):
        pass
    assert eager.drop(HOME, name, lambda: False)
    assert not eager.drop(HOME, name, lambda: False)
    assert files_in(tmp_path) == []


def test_whoever_comes_to_use_it_while_it_is_dropped_keeps_it(tmp_path: Path) -> None:
    eager = DiskShelf(tmp_path, fresh_seconds=0)
    name = put(eager, b"data")
    answers = iter([False, True])
    assert not eager.drop(HOME, name, lambda: next(answers))
    with eager.open(HOME, name) as found:
        assert found.read() == b"data"
    # And one that was killed in between has only moved it.
    place = tmp_path / HOME / name[:2] / name
    place.rename(place.with_suffix(".going"))
    assert list(eager.old()) == [(HOME, name)]
    assert place.read_bytes() == b"data"


def test_the_caps_are_read_and_said() -> None:
    assert file_limits({"SEGUE_MOST_FILE_MB": "2.5"}).file == 2_500_000
    with pytest.raises(ValueError, match="SEGUE_MOST_RUN_FILES_MB"):
        file_limits({"SEGUE_MOST_RUN_FILES_MB": "much"})
    assert [in_words(n) for n in (3, 1_500, 50_000_000)] == ["3 bytes", "1.5 kB", "50 MB"]
