"""The chat page: who may write, what a run begins with, and what is shown of its answer."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.test import Client

from builder.models import Flow
from builder.services.create_flow import create_flow
from builder.services.publish import publish
from builder.services.set_live import set_live
from runtime.models import Run
from runtime.services.chat_answer import as_html, words_of
from runtime.services.engine_connection import close_engine_connection
from tests.support.people import Place, make_place

SESSION = "0123456789abcdef" * 2


@pytest.fixture
def place(transactional_db: None) -> Iterator[Place]:
    yield make_place("home")
    close_engine_connection()


def made(place: Place, path: str = "ask", **params: Any) -> Flow:
    chat = {"path": path, "title": "Ask <us>", **params}
    graph = {
        "format": "segue.flow/1",
        "nodes": [
            {"id": "a", "key": "chat", "type": "trigger.chat", "params": chat},
            {"id": "b", "key": "secret_step", "type": "data.set", "params": {"fields": []}},
        ],
        "edges": [{"source": "a", "target": "b"}],
    }
    admin = place.people["admin"]
    flow = create_flow(workspace_id=place.workspace.id, name="Inner name", graph=graph, actor=admin)
    publish(flow, revision=1, actor=admin, note="")
    return flow


def runs() -> QuerySet[Run]:
    return Run.objects.filter(trigger_kind="chat")


def say(client: Client, text: str = "Hello", path: str = "ask", **more: Any) -> Any:
    return client.post(f"/chats/{path}/say/", {"text": text, "session": SESSION, **more})


def answer(client: Client, said: Any, path: str = "ask") -> Any:
    return client.get(f"/chats/{path}/answers/{said.json()['token']}/").json()


def test_a_message_starts_a_run_and_its_answer_is_shown(place: Place) -> None:
    made(place, welcome="**Hi** <script>x</script>")
    client = Client()
    page = client.get("/chats/ask/")
    text = page.content.decode()
    assert "Ask &lt;us&gt;" in text
    assert "<strong>Hi</strong> &lt;script&gt;" in text
    assert not re.search(r"Inner name|secret_step|trigger\.chat", text)
    assert not re.search(r"<script(?![^>]* src)|style=|<style| on[a-z]+=", text)
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert Client(enforce_csrf_checks=True).post("/chats/ask/say/", {}).status_code == 403
    said = say(client, " Where is\r\nmy order? ", once="1")
    assert say(client, " Where is\r\nmy order? ", once="1").status_code == 200
    run = runs().get()
    item = json.loads(run.input)[0]["json"]
    assert item.pop("sent_at")
    assert item == {"text": "Where is\nmy order?", "session": SESSION, "person": None}
    assert answer(client, said) == {"became": "working", "html": ""}
    runs().update(status="succeeded", output='[{"json": {"text": "It is *here*"}}]')
    assert answer(client, said) == {"became": "answered", "html": "<p>It is <em>here</em></p>"}
    assert client.get("/chats/ask/answers/x/").status_code == 404
    runs().all().delete()
    assert answer(client, said)["became"] == "gone"


ENDS: list[tuple[dict[str, Any], str]] = [
    ({"status": "waiting"}, "working"),
    ({"status": "failed", "error": '{"message": "inner words"}'}, "failed"),
    ({"status": "timed_out"}, "failed"),
    ({"status": "cancelled"}, "stopped"),
    ({"status": "running", "response": '{"status": 200, "body": "Now"}'}, "answered"),
    ({"status": "succeeded", "response": '{"status": 500, "body": "inner"}'}, "failed"),
    ({"status": "succeeded", "output": "[]"}, "answered"),
]


@pytest.mark.parametrize(("state", "became"), ENDS)
def test_how_a_message_ends_is_told_and_nothing_inner(
    place: Place, state: dict[str, Any], became: str
) -> None:
    made(place)
    client = Client()
    said = say(client)
    runs().update(**state)
    found = answer(client, said)
    assert found["became"] == became
    assert "inner" not in found["html"]


def test_a_message_can_be_stopped(place: Place) -> None:
    made(place)
    client = Client()
    token = say(client).json()["token"]
    assert client.post(f"/chats/ask/answers/{token}/").status_code == 200
    assert runs().get().status == "cancelled"
    assert client.get(f"/chats/ask/answers/{token}/").json()["became"] == "stopped"


BAD: list[tuple[dict[str, Any], int]] = [
    ({"text": "  "}, 400),
    ({"text": "a\x00"}, 400),
    ({"session": "short"}, 400),
    ({"session": "../" + SESSION}, 400),
    ({"text": "x" * 20_001}, 413),
    ({"text": "x" * 600_000}, 413),
]


@pytest.mark.parametrize(("more", "status"), BAD)
def test_what_is_wrong_is_said_and_starts_nothing(
    place: Place, more: dict[str, Any], status: int
) -> None:
    made(place)
    refused = say(Client(), **{"text": "Hi", **more})
    assert (refused.status_code, len(refused.json()["message"].split()) > 2) == (status, True)
    assert runs().count() == 0


def test_files_come_with_a_message_where_they_may(
    place: Place, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    made(place, files=True, most_mb=1)
    made(place, path="plain")
    attached = SimpleUploadedFile("../a.txt", b"alpha", "text/html")
    assert say(Client(), "", files=attached).status_code == 200
    (item,) = json.loads(runs().get().input)
    assert [(f["name"], f["media_type"]) for f in item["files"]] == [("a.txt", "text/plain")]
    large = SimpleUploadedFile("b.txt", b"x" * 1_000_001)
    refused = say(Client(), files=large)
    assert (refused.status_code, "1 MB" in refused.json()["message"]) == (413, True)
    attached.seek(0)
    assert say(Client(), "Hi", path="plain", files=attached).status_code == 200
    assert "files" not in json.loads(runs().latest("id").input)[0]


def test_a_page_for_members_is_for_members(place: Place) -> None:
    made(place, who="members")
    stranger = make_place("elsewhere").people["admin"]
    client = Client()
    assert client.get("/chats/ask/")["Location"].endswith("?next=/chats/ask/")
    assert say(client).status_code == 401
    client.force_login(stranger)
    assert (client.get("/chats/ask/").status_code, say(client).status_code) == (404, 404)
    client.force_login(place.people["viewer"])
    assert (client.get("/chats/ask/").status_code, say(client).status_code) == (200, 200)
    assert json.loads(runs().get().input)[0]["json"]["person"]


def test_a_chat_is_there_while_its_flow_is_live_and_takes_so_many(place: Place) -> None:
    flow = made(place, most_per_minute=1)
    client = Client()
    token = say(client).json()["token"]
    assert say(client, "Again").status_code == 429
    assert say(client, path="test/ask").status_code == 200
    assert client.get(f"/chats/test/ask/answers/{token}/").status_code == 404
    set_live(flow, live=False, actor=place.people["admin"])
    for where in ("", f"answers/{token}/"):
        assert client.get(f"/chats/ask/{where}").status_code == 404
    assert say(client).status_code == 404


SPOKEN: list[tuple[Any, str]] = [
    ("Hi", "Hi"),
    ({"status": 7, "answer": "Yes"}, "Yes"),
    ([{"json": {"text": "Hi"}}], "Hi"),
    ({"total": 5}, '````json\n{\n  "total": 5\n}\n````'),
    (None, ""),
]


@pytest.mark.parametrize(("value", "words"), SPOKEN)
def test_the_words_of_an_answer_are_found(value: Any, words: str) -> None:
    assert words_of(value) == words


HOSTILE = json.loads((Path(__file__).parents[1] / "data/xss_and_names.json").read_text())
BAIT = [
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<script>alert(1)</script>",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    '<a href="x" onclick="y">z</a>',
    "> " * 5_000 + "x",
]


@pytest.mark.parametrize("text", BAIT)
def test_an_answer_is_never_a_page_of_its_own(text: str) -> None:
    made_of_it = as_html(text)
    assert not re.search(r"<(img|script|iframe|svg|form|style)|<[^>]+ on[a-z]+=", made_of_it)
    assert not re.search(r'<[^>]*href="(?!https?:|mailto:)', made_of_it)


def test_all_known_bait_is_harmless() -> None:
    found = [str(one) for one in _texts(HOSTILE)]
    assert len(found) > 20
    for text in found:
        made_of_it = as_html(text)
        assert not re.search(r"<(img|script|iframe|svg|form|style)[\s>]", made_of_it), text
        assert not re.search(r"<[a-z][^>]* on[a-z]+=", made_of_it), text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
