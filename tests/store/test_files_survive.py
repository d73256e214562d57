"""A worker dies between a file's bytes and the row that names them: nothing half, nothing lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.launch import environment
from runtime.store import crash_points
from tests.support.stand import Stand, chain, node

pytestmark = pytest.mark.chaos


@pytest.fixture
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    broker = request.getfixturevalue("servers")[environment.TEST_REDIS_URL].rsplit("/", 1)[0]
    made = Stand(tmp_path / "data", None, f"{broker}/12")
    yield made
    made.close()


def test_a_worker_that_dies_after_the_bytes_leaves_one_whole_file(stand: Stand) -> None:
    write = node("write", "data.write_file", {"content": "text", "text": "whole", "name": "a"})
    (run,) = stand.accept(chain(node("start", "trigger.manual"), write))
    dying = stand.start_worker(**{crash_points.VARIABLE: "file.kept"})
    assert dying.wait(60) == crash_points.EXIT_CODE
    files = [p for p in (stand.folder / "files").rglob("*") if p.is_file()]
    assert [p.read_text() for p in files] == ["whole"]
    uses = "SELECT count(*) FROM runtime_fileuse WHERE run_id = %s"
    assert stand.one(uses, (stand.db.id(run),)) == 0
    stand.start_worker()
    stand.wait_over(60)
    assert set(stand.statuses()) == {"succeeded"}
    assert [p for p in (stand.folder / "files").rglob("*") if p.is_file()] == files
    assert stand.one(uses, (stand.db.id(run),)) == 1
