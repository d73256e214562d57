"""Forms that strangers fill in: what is taken, what is said, and that nothing else is shown."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from builder.models import Flow
from builder.services.create_flow import create_flow
from builder.services.publish import publish
from builder.services.refusals import HasProblemsError
from builder.services.set_live import set_live
from runtime.models import FileUse, Page, Run
from runtime.sdk.forms import FormField, Wrong, name_of, read_answers
from runtime.services.engine_connection import close_engine_connection
from tests.support.people import Place, make_place

FIELDS: list[dict[str, Any]] = [
    {"label": "Your name", "required": True},
    {"label": "E-mail", "kind": "email", "name": "email", "help": "We answer there."},
    {"label": "Size", "kind": "choice", "choices": ["small", "<b>large</b>"]},
    {"label": "I agree", "kind": "yes"},
    {"label": "Tell us", "kind": "long"},
]
GOOD = {"your_name": " Ada ", "email": "ada@example.org", "size": "small", "-once": "x1"}


@pytest.fixture
def place(transactional_db: None) -> Iterator[Place]:
    yield make_place("home")
    close_engine_connection()


def made(place: Place, path: str = "contact", **params: Any) -> Flow:
    form = {"path": path, "title": "Contact <us>", "fields": FIELDS, **params}
    graph = {
        "format": "segue.flow/1",
        "nodes": [
            {"id": "a", "key": "form", "type": "trigger.form", "params": form},
            {"id": "b", "key": "secret_step", "type": "data.set", "params": {"fields": []}},
        ],
        "edges": [{"source": "a", "target": "b"}],
    }
    admin = place.people["admin"]
    flow = create_flow(workspace_id=place.workspace.id, name="Inner name", graph=graph, actor=admin)
    publish(flow, revision=1, actor=admin, note="")
    return flow


def runs() -> list[Run]:
    return list(Run.objects.filter(trigger_kind="form"))


def send(client: Client, path: str = "contact", **more: str) -> Any:
    return client.post(f"/forms/{path}/", GOOD | more)


def test_a_stranger_fills_in_a_form_and_is_thanked_after_the_commit(place: Place) -> None:
    made(place, thanks="Bye & thanks")
    client = Client(enforce_csrf_checks=True)
    page = client.get("/forms/contact/")
    text = page.content.decode()
    assert "Contact &lt;us&gt;" in text
    assert "&lt;b&gt;large&lt;/b&gt;" in text
    assert not re.search(r"Inner name|secret_step|trigger\.form", text)
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]* src)|style=|<style| on[a-z]+=", text)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
    assert token is not None
    assert client.post("/forms/contact/", GOOD).status_code == 403
    answer = send(client, csrfmiddlewaretoken=token[1], extra="not asked for")
    assert answer.status_code == 302
    (run,) = runs()
    item = json.loads(run.input)[0]["json"]
    assert item.pop("sent_at")
    assert item == {
        "your_name": "Ada",
        "email": "ada@example.org",
        "size": "small",
        "i_agree": False,
        "tell_us": None,
    }
    assert (run.mode, run.version) == ("live", 1)
    assert "Bye &amp; thanks" in client.get(answer["Location"]).content.decode()


def test_what_is_wrong_is_said_and_nothing_written_is_lost(place: Place) -> None:
    made(place)
    answer = send(Client(), your_name=" ", email="ada", size="huge", tell_us="Much <text>")
    text = answer.content.decode()
    assert answer.status_code == 400
    for words in ("Please answer this.", "ada@example.org", "choose one of these", "Much &lt;text"):
        assert words in text
    assert 'aria-describedby="email-help email-problem"' in text
    assert runs() == []


def test_a_button_pressed_twice_is_one_run_and_other_answers_are_another(place: Place) -> None:
    made(place)
    first, second = send(Client()), send(Client())
    assert (first.status_code, second.status_code, len(runs())) == (302, 302, 1)
    send(Client(), your_name="Grace")
    assert len(runs()) == 2


def test_too_many_in_a_minute_and_too_much_at_once(place: Place) -> None:
    made(place, most_per_minute=1)
    assert send(Client()).status_code == 302
    late = send(Client(), your_name="Grace")
    assert late.status_code == 429
    assert "Grace" in late.content.decode()
    assert send(Client(), tell_us="x" * 600_000).status_code == 413
    assert send(Client(), tell_us="x" * 30_000).status_code == 400
    assert len(runs()) == 1


def test_a_form_is_there_while_its_flow_is_live(place: Place) -> None:
    flow = made(place)
    client = Client()
    assert client.get("/forms/test/contact/").status_code == 200
    assert send(client, path="test/contact").status_code == 302
    assert [run.mode for run in runs()] == ["test"]
    set_live(flow, live=False, actor=place.people["admin"])
    assert client.get("/forms/contact/").status_code == 404
    assert send(client).status_code == 404
    assert client.get("/forms/nobody/").status_code == 404


def test_an_address_belongs_to_one_flow(place: Place) -> None:
    made(place)
    with pytest.raises(HasProblemsError):
        made(place)
    assert Page.objects.count() == 2  # the first flow's, live and draft


def test_a_form_that_would_not_work_is_not_published(place: Place) -> None:
    for fields in ([], [{"label": "A"}, {"label": "a"}], [{"label": "B", "kind": "choice"}]):
        with pytest.raises(HasProblemsError):
            made(place, fields=fields)
    with pytest.raises(HasProblemsError):
        made(place, fields=[{"label": "Sent at"}])


RESULTS: list[tuple[dict[str, Any], str]] = [
    ({"status": "running"}, "comes here in a moment"),
    ({"status": "failed", "error": '{"message": "inner words"}'}, "something went wrong"),
    ({"status": "succeeded", "output": '[{"json": {"total": "<5>"}}]'}, "<dd>&lt;5&gt;</dd>"),
    ({"status": "running", "response": '{"status": 200, "body": "Ready"}'}, ">Ready<"),
    ({"status": "succeeded", "response": '{"status": 500, "body": "inner"}'}, "went wrong"),
]


@pytest.mark.parametrize(("state", "words"), RESULTS)
def test_a_form_may_show_what_the_flow_answers(
    place: Place, state: dict[str, Any], words: str
) -> None:
    made(place, answer="result")
    client = Client()
    where = send(client)["Location"]
    Run.objects.filter(trigger_kind="form").update(**state)
    text = client.get(where).content.decode()
    assert words in text
    assert "inner" not in text
    assert client.get(where.replace("/sent/", "/sent/x")).status_code == 404


ANSWERS: list[tuple[dict[str, Any], str, Any]] = [
    ({"kind": "number"}, "12", 12),
    ({"kind": "number"}, "1,5", 1.5),
    ({"kind": "number"}, "nan", Wrong.NUMBER),
    ({"kind": "number"}, "1_0x", Wrong.NUMBER),
    ({"kind": "date"}, "2030-02-29", Wrong.DATE),
    ({"kind": "date"}, "2032-02-29", "2032-02-29"),
    ({"kind": "email"}, "a@b", Wrong.EMAIL),
    ({"kind": "yes"}, "yes", True),
    ({"kind": "yes", "required": True}, "", Wrong.MISSING),
    ({"kind": "text"}, "x" * 501, Wrong.LONG),
    ({"kind": "text"}, "a\x00b", Wrong.LONG),
    ({"kind": "long"}, "a\r\nb", "a\nb"),
    ({"kind": "text"}, "", None),
]


@pytest.mark.parametrize(("asked", "sent", "read"), ANSWERS)
def test_an_answer_is_read_as_what_was_asked(asked: dict[str, Any], sent: str, read: Any) -> None:
    asked_field = FormField.model_validate({"label": "X", "name": "x", **asked})
    answers, wrong = read_answers([asked_field], {"x": sent})
    assert (wrong["x"] if isinstance(read, Wrong) else answers["x"]) == read


NAMES = [("Your e-mail", "your_e_mail"), ("Größe?", "groe"), ("2nd", "field_2nd"), ("名", "field")]


@pytest.mark.parametrize(("label", "name"), NAMES)
def test_a_name_is_made_from_the_question(label: str, name: str) -> None:
    assert name_of(FormField(label=label)) == name


# -- files -------------------------------------------------------------------------------------

UPLOAD = {"label": "Invoice", "kind": "file", "types": [".pdf", "image/*"], "most_mb": 1}
PDF = b"%PDF-1.4 something"
REFUSED = [
    ("a.pdf", b"", "is empty"),
    ("a.pdf", b"%PDF-" + b"x" * 1_000_001, "at most 1 MB"),
    ("a.pdf", b"MZ\x90\x00", "this kind are not taken"),
    ("a.exe", PDF, "this kind are not taken"),
    ("a.html", b"<script>alert(1)</script>", "this kind are not taken"),
]


def attach(name: str, content: bytes) -> dict[str, Any]:
    return {"invoice": SimpleUploadedFile(name, content, "text/html"), "-once": "x"}


def test_a_file_comes_with_the_answers(place: Place, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    made(place, fields=[UPLOAD, {"label": "Name"}])
    client = Client()
    text = client.get("/forms/contact/").content.decode()
    assert 'enctype="multipart/form-data"' in text
    assert "At most 1 MB each; pdf, image/*." in text
    for _ in range(2):
        sent = attach("../a b.pdf", PDF) | {"name": "Ada"}
        assert client.post("/forms/contact/", sent).status_code == 302
    (run,) = runs()
    (item,) = json.loads(run.input)
    assert (item["json"]["invoice"], item["json"]["name"]) == ("a b.pdf", "Ada")
    (file,) = item["files"]
    assert (file["name"], file["media_type"], file["size"]) == ("a b.pdf", "application/pdf", 18)
    assert FileUse.objects.get(run=run).sha256 == file["sha256"]
    place_of_it = tmp_path / "files" / str(run.workspace_id) / file["sha256"][:2]
    assert (place_of_it / file["sha256"]).read_bytes() == PDF


@pytest.mark.parametrize(("name", "content", "said"), REFUSED)
def test_a_file_that_does_not_fit_is_refused_in_words(
    place: Place, settings: Any, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    settings.DATA_DIR = tmp_path
    made(place, fields=[UPLOAD])
    answer = Client().post("/forms/contact/", attach(name, content))
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert "choose the files again" in answer.content.decode()
    assert (runs(), list(tmp_path.rglob("*"))) == ([], [])
