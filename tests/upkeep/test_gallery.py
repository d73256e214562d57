"""Templates and files: a picture, what is needed, a flow of one's own, and what is missing here."""

import json
from typing import Any
from uuid import uuid4

import pytest
from defusedxml.ElementTree import fromstring
from django.core.files.uploadedfile import SimpleUploadedFile

from builder.models import AuditEntry, Flow
from builder.services.gallery import needs_words, templates
from builder.services.lacks import lacks_of
from builder.services.picture import draw
from builder.services.publish import publish
from runtime.graph.parse import parse_document
from runtime.registry import registry
from tests.support.people import GRAPH, Place, browser

ADMIN = "/admin/builder/flow"


def given(content: bytes, name: str = "my-orders.json") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content, "application/json")}


@pytest.mark.parametrize("one", templates(), ids=lambda one: str(one.key))
def test_a_template_has_a_picture_and_says_what_it_needs(one: Any) -> None:
    drawn = fromstring(one.picture)
    assert len(drawn.findall("{*}text")) == len(one.steps)
    assert one.description
    assert len(needs_words(one)) == len(one.needs)


def test_names_in_pictures_are_only_text() -> None:
    nodes = [
        {"id": "a", "key": "a", "name": "<script>alert(1)</script>", "type": "trigger.manual"},
        {"id": "b", "key": "b", "name": "\"'&", "type": "never.heard.of"},
    ]
    drawn = draw(
        parse_document({"nodes": nodes, "edges": [{"source": "a", "target": "b"}]}), registry()
    )
    assert "<script" not in drawn
    fromstring(drawn)


def test_a_template_becomes_a_flow_of_ones_own_that_can_be_published(place: Place) -> None:
    client = browser(place.people["editor"])
    page = client.get(f"{ADMIN}/templates/").content.decode()
    assert page.count("Use it") == len(templates())
    for one in templates():
        for _ in range(2):  # its addresses are its own: a second one does not collide
            made = client.post(f"{ADMIN}/templates/{one.key}/use/")
            flow = Flow.objects.get(id=made.headers["Location"].split("/")[2])
            publish(flow, revision=1, actor=place.people["editor"])
    assert AuditEntry.objects.filter(action="template_used").count() == 2 * len(templates())
    assert client.post(f"{ADMIN}/templates/none/use/").status_code == 404


def test_who_only_looks_sees_templates_and_uses_none(place: Place) -> None:
    client = browser(place.people["operator"])
    assert "Use it" not in client.get(f"{ADMIN}/templates/").content.decode()
    assert client.post(f"{ADMIN}/templates/{templates()[0].key}/use/").status_code == 403
    assert client.get(f"{ADMIN}/import/").status_code == 403


def test_what_is_exported_is_imported_the_same(place: Place) -> None:
    client = browser(place.people["editor"])
    sent = client.get(f"{ADMIN}/{place.flow.id}/download/")
    assert sent.headers["Content-Disposition"].endswith('"flow-of-home.json"')
    made = client.post(f"{ADMIN}/import/", given(sent.content, "flow-of-home.json"), follow=True)
    assert "Everything it needs is here" in made.content.decode()
    flow = Flow.objects.get(name="Flow of home", live=False)
    assert client.get(f"{ADMIN}/{flow.id}/download/").content == sent.content
    assert not flow.live


def test_what_is_missing_here_is_said_step_by_step(place: Place) -> None:
    graph = {
        "nodes": [
            {"id": "s", "key": "s", "type": "trigger.manual"},
            {
                "id": "c",
                "key": "c",
                "name": "Fetch",
                "type": "http.request",
                "params": {"url": "https://shop.example", "credential": str(uuid4())},
            },
            {"id": "m", "key": "m", "name": "Ask", "type": "ai.llm", "params": {"model": "x"}},
            {"id": "t", "key": "t", "name": "Note", "type": "data.table_read",
             "params": {"table": "Nowhere"}},
            {"id": "u", "key": "u", "name": "Odd", "type": "acme.unknown"},
        ],
        "edges": [],
    }  # fmt: skip
    found = lacks_of(parse_document(graph), place.workspace.id)
    assert [lack.step for lack in found] == ["Fetch", "Ask", "Note", "Odd"]
    assert all(lack.what and lack.do for lack in found)
    here = {**graph["nodes"][1], "params": {"credential": str(place.credential.id)}}  # type: ignore[dict-item]
    assert lacks_of(parse_document({"nodes": [here], "edges": []}), place.workspace.id) == []
    client = browser(place.people["editor"])
    page = client.post(f"{ADMIN}/import/", given(json.dumps(graph).encode()), follow=True)
    assert "Connections never travel in files" in page.content.decode()
    assert Flow.objects.filter(name="My orders").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG", "no JSON"),
        (b"[1, 2]", "something else"),
        (b'{"a": 1}', "something else"),
        (b'{"nodes": 5}', ""),
        (b"[" * 100_000, "no"),
    ],
)
def test_what_is_no_flow_is_refused_in_words(place: Place, content: bytes, said: str) -> None:
    before = Flow.objects.count()
    page = browser(place.people["editor"]).post(f"{ADMIN}/import/", given(content))
    assert page.status_code == 200
    assert said in page.content.decode()
    assert Flow.objects.count() == before


def test_an_example_file_keeps_its_name(place: Place) -> None:
    content = json.dumps({"name": "Orders of today", "graph": GRAPH}).encode()
    browser(place.people["editor"]).post(f"{ADMIN}/import/", given(content))
    assert Flow.objects.filter(name="Orders of today").exists()
