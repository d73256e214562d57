"""Log files stay small while their writers hold them open."""

from pathlib import Path

from builder.launch.logs import rotate


def test_a_large_log_is_emptied_in_place_and_its_text_kept(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(5):
            writer.write(f"text {number}\n".encode())
            rotate(log, largest=1, kept=3)
        writer.write(b"after\n")
    assert log.read_text() == "after\n"
    kept = [tmp_path / f"web.log.{number}" for number in (1, 2, 3, 4)]
    assert [path.exists() and path.read_text() for path in kept] == [
        "text 4\n", "text 3\n", "text 2\n", False,
    ]  # fmt: skip


def test_a_small_or_missing_log_is_left_alone(tmp_path: Path) -> None:
    rotate(tmp_path / "none.log")
    (tmp_path / "web.log").write_text("short")
    rotate(tmp_path / "web.log")
    assert (tmp_path / "web.log").read_text() == "short"
