"""What a run looks like over the API, and its events."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from runtime.models import Attempt, LogLine, Run, Step
from tests.support.people import Place, api


def write_journal(place: Place) -> None:
    """Write what a worker would: two steps, a failed and a good try, a line, the end."""
    now = timezone.now()
    run = Run.objects.get(id=place.run_id)
    Step.objects.create(
        run=run, node="start", seq=1, status="succeeded", items_out='{"out": 1}',
        started_at=now, finished_at=now,
    )  # fmt: skip
    for number, status in ((1, "failed"), (2, "succeeded")):
        Attempt.objects.create(
            run=run, node="put", item=0, number=number, seq=1 + number, status=status,
            started_at=now, finished_at=now + timedelta(milliseconds=400),
            error='{"message": "status 503", "class": "status_5xx"}' if number == 1 else None,
            why="will try again in 2.3 s: status 503" if number == 1 else None,
        )  # fmt: skip
    LogLine.objects.create(
        run=run, seq=4, node="put", level="info", message="hello", data='{"a": 1}', at=now
    )
    Step.objects.create(
        run=run, node="put", seq=5, status="succeeded", items_in=1, items_out='{"out": 1}',
        attempts=2, started_at=now, finished_at=now + timedelta(seconds=1),
    )  # fmt: skip
    Run.objects.filter(id=run.id).update(
        seq=6, status="succeeded", started_at=now, finished_at=now + timedelta(seconds=1),
        output='[{"title": "1"}]',
    )  # fmt: skip


@pytest.fixture
def client(place: Place) -> Client:
    """An operator's client."""
    return api(place.people["operator"])


def test_a_run_tells_what_it_is(client: Client, place: Place) -> None:
    write_journal(place)
    run = client.get(reverse("run", args=[place.run_id])).json()
    assert run["flow"] == {"id": str(place.flow.id), "name": place.flow.name}
    assert (run["status"], run["duration_ms"], run["mode"]) == ("succeeded", 1000, "test")
    assert run["output"] == [{"title": "1"}]
    assert run["graph"]["format"] == "segue.flow/1"


def test_steps_tries_and_lines_carry_what_the_canvas_needs(client: Client, place: Place) -> None:
    write_journal(place)
    journal = client.get(reverse("run-steps", args=[place.run_id])).json()
    _, put = journal["steps"]
    assert journal["seq"] == 6
    assert (put["key"], put["node"], put["type"], put["name"]) == (
        "put", "n_set", "data.set", "Put together",
    )  # fmt: skip
    assert (put["attempts"], put["items_out"], put["duration_ms"]) == (2, {"out": 1}, 1000)
    assert journal["attempts"][0]["error"]["class"] == "status_5xx"
    assert journal["logs"][0] | {"at": None} == {
        "seq": 4, "key": "put", "node": "n_set", "iteration": "", "item": -1, "number": 1,
        "level": "info", "message": "hello", "data": {"a": 1}, "at": None,
    }  # fmt: skip


def test_only_what_is_new_is_sent_again(client: Client, place: Place) -> None:
    write_journal(place)
    url = reverse("run-steps", args=[place.run_id])
    journal = client.get(url, {"after_seq": 4}).json()
    assert [row["seq"] for row in journal["steps"]] == [5]
    assert (journal["attempts"], journal["logs"]) == ([], [])


def test_runs_are_filtered(client: Client, place: Place) -> None:
    url = reverse("runs")
    assert len(client.get(url, {"flow": str(place.flow.id)}).json()["results"]) == 1
    assert client.get(url, {"status": "failed"}).json()["results"] == []
    assert client.get(url, {"mode": "live"}).json()["results"] == []
    assert client.get(url, {"flow": "nonsense"}).status_code == 400


def test_a_run_outlives_its_flow(client: Client, place: Place) -> None:
    editor = api(place.people["editor"])
    editor.delete(reverse("flow", args=[place.flow.id]))
    run = client.get(reverse("run", args=[place.run_id])).json()
    assert (run["flow"], run["graph"]["nodes"][0]["id"]) == (None, "n_start")


def test_nothing_to_decide_is_said(client: Client, place: Place) -> None:
    refused = client.post(
        reverse("step-resolve", args=[place.run_id, "put"]),
        {"choice": "repeat"},
        content_type="application/json",
    )
    assert (refused.status_code, bool(refused.json()["message"])) == (409, True)


def test_an_unknown_wait_is_404(db: None) -> None:
    refused = Client().post(reverse("wait", args=["x" * 43]), {}, content_type="application/json")
    assert refused.status_code == 404


async def events_of(place: Place, **query: str) -> list[tuple[str, str]]:
    """Read the stream to its end as (id, event) pairs."""
    _, token = await sync_to_async(AuthToken.objects.create)(place.people["viewer"])
    headers = {"Authorization": f"Token {token}", "Accept": "text/event-stream"}
    url = reverse("run-events", args=[place.run_id])
    answer = await AsyncClient().get(url, query, headers=headers)
    assert answer["Content-Type"].startswith("text/event-stream")
    parts: AsyncIterator[bytes] = getattr(answer, "streaming_content")  # noqa: B009
    text = b"".join([part async for part in parts]).decode()
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        json.loads(lines["data"])
        found.append((lines["id"], lines["event"]))
    return found


@pytest.fixture
async def _threads_let_go() -> AsyncIterator[None]:
    """Close what the loop's helper thread opened: a test database that is open stays."""
    yield
    await sync_to_async(connections.close_all)()


def test_the_last_good_run_tells_how_often_a_step_runs(place: Place) -> None:
    client = api(place.people["viewer"])
    url = reverse("flow-counts", args=[place.flow.id])
    assert client.get(url).json() == {"items": {}}  # it has not succeeded yet
    write_journal(place)
    assert client.get(url).json() == {"items": {"put": 1}}


def test_runs_are_listed_by_version(place: Place) -> None:
    client = api(place.people["viewer"])
    Run.objects.filter(id=place.run_id).update(version=1)
    listed = client.get(reverse("runs"), {"version": "1", "status": "queued,running"})
    assert [run["version"] for run in listed.json()["results"]] == [1]
    assert client.get(reverse("runs"), {"version": "2"}).json()["results"] == []


@pytest.mark.usefixtures("_threads_let_go")
async def test_events_come_in_order_and_end_with_the_run(place: Place) -> None:
    reading = asyncio.create_task(events_of(place))
    await asyncio.sleep(0.4)
    await sync_to_async(write_journal)(place)
    events = await asyncio.wait_for(reading, 5)
    assert events[0] == ("0", "run")
    assert events[1:] == [
        ("1", "step"), ("2", "attempt"), ("3", "attempt"), ("4", "log"), ("5", "step"),
        ("6", "run"), ("6", "end"),
    ]  # fmt: skip


@pytest.mark.usefixtures("_threads_let_go")
async def test_events_go_on_where_the_reader_left_off(place: Place) -> None:
    await sync_to_async(write_journal)(place)
    events = await events_of(place, after="4")
    assert events == [("5", "step"), ("6", "run"), ("6", "end")]
