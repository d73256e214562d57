"""Files on their whole way: brought, read, written, fetched by who may, and gone with the run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from runtime.filing.disk import DiskShelf
from runtime.filing.limits import MOST_OF_A_RUN
from runtime.models import FileUse, Run, Step
from runtime.models.ids import uuid7
from runtime.retention import House as Rule
from runtime.sdk.items import FileRef, Item
from runtime.services.files import keep_pieces, shelf
from runtime.services.run_again import run_again, same_target
from runtime.services.start_run import accept_run
from runtime.store.accept import NewRun
from runtime.worker.pruner import Pruned, Pruning
from runtime.worker.world import ServerWorld
from tests.support.house import House, adopt
from tests.support.stand import chain, node

CSV = b"name,total\nAda,=1\nGrace,2\n"


@pytest.fixture
def world(house: House, settings: Any, tmp_path: Path) -> Iterator[ServerWorld]:
    """The worker's own world, on a folder of its own."""
    settings.DATA_DIR = tmp_path
    before, made = house.world, ServerWorld(adopt)
    house.world = made
    yield made
    house.world = before
    asyncio.run(made.close())


def graph(*steps: Any) -> dict[str, Any]:
    return dict(chain(node("start", "trigger.manual"), *steps))


def start_with(house: House, run: Run, *files: FileRef) -> Run:
    """A run like this one, begun with files: what an edge does."""
    new = NewRun(
        uuid7(),
        run.workspace_id,
        run.flow_id,
        run.version,
        run.snapshot_id,
        run.mode,
        "start",
        "manual",
        [Item({"id": 7}, files)],
        time.time(),
        3600,
    )
    return house.finish(accept_run(new).id)


def first(house: House, *steps: Any) -> Run:
    """A run of a flow, only for its graph."""
    return house.start(house.flow(f"Files {uuid7()}", graph(*steps)))


def bring(run: Run, name: str, content: bytes) -> FileRef:
    return keep_pieces(run.workspace_id, name, [content], 1_000_000)


def files_of(step: Step) -> list[dict[str, Any]]:
    import orjson

    found = orjson.loads(step.output or "{}")
    return [file for item in found.get("out", []) for file in item.get("files", [])]


def test_a_file_is_read_written_and_fetched_only_by_who_may(
    house: House, world: ServerWorld
) -> None:
    steps = (
        node("read", "data.read_file"),
        node("write", "data.write_file", params={"name": "o.csv"}),
    )
    made = first(house, *steps)
    run = start_with(house, made, bring(made, "../in.csv", CSV))
    assert run.status == "succeeded", run.reason
    (written,) = files_of(house.steps(run)["write"])
    assert written["name"] == "o.csv"
    assert FileUse.objects.filter(run=run).count() == 2

    def fetch(person: str | None, of: Run, sha256: str = written["sha256"]) -> Any:
        client = Client()
        if person is not None:
            client.force_login(house.place.people[person])
        where = reverse("run-file", args=[of.id, sha256])
        return client.get(f"{where}?step=write")

    answer = fetch("viewer", run)
    assert answer["Content-Disposition"] == 'attachment; filename="o.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"

    async def whole() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    content = asyncio.run(whole())
    assert content.decode("utf-8-sig") == "name,total\r\nAda,'=1\r\nGrace,2\r\n"
    assert fetch(None, run).status_code in (401, 403)
    assert fetch("viewer", made).status_code == 404
    assert fetch("viewer", run, "..").status_code == 404
    house.finish(made.id)


def test_bytes_go_with_the_last_run_that_had_them(
    house: House, world: ServerWorld, tmp_path: Path
) -> None:
    made = first(house, node("limit", "data.limit"))
    house.finish(made.id)
    file = bring(made, "a.txt", b"alpha")
    stray = bring(made, "b.txt", b"nobody's")
    run = start_with(house, made, file)
    again = house.finish(run_again(run, same_target(run, _document(run))).id)
    assert files_of(house.steps(again)["limit"])[0]["sha256"] == file.sha256
    eager = DiskShelf(tmp_path / "files", fresh_seconds=0)
    rule = Rule(finished=0, failed=0, test=0)

    def prune() -> Pruned:
        db = house.connect()
        try:
            work = Pruning(rule, lambda _: False, shelf=eager)
            return work.run(db)
        finally:
            db.close()

    def there() -> set[str]:
        return {name for _, name in eager.old()}

    Run.objects.filter(id=again.id).update(finished_at=None, status="waiting")
    rule = Rule(finished=1e-9, failed=1e-9, test=1e-9)
    prune()
    assert there() == {file.sha256}
    assert stray.sha256 not in there()
    Run.objects.filter(id=again.id).update(finished_at=run.finished_at, status="succeeded")
    assert prune().files == 1
    assert there() == set()
    assert not FileUse.objects.filter(sha256=file.sha256).exists()


def _document(run: Run) -> Any:
    from runtime.graph.parse import parse_stored
    from runtime.services.run_again import document_of

    return parse_stored(document_of(run))


def test_a_run_may_not_fill_the_disk_and_a_lost_file_is_said_in_words(
    house: House, world: ServerWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MOST_OF_A_RUN, "0.00004")
    settings = {"content": "text", "text": "x" * 41}
    text = node("write", "data.write_file", params=settings)
    run = house.run(house.flow("Much", graph(text)))
    assert (run.status, "together may have 40 bytes" in (run.reason or "")) == ("failed", True)
    made = first(house, node("read", "data.read_file"))
    lost = FileRef("ab" * 32, "gone.txt", "text/plain", 3)
    run = start_with(house, made, lost)
    assert "“gone.txt” is not kept any longer" in (run.reason or "")
    assert shelf() is not None
    house.finish(made.id)
