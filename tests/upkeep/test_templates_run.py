"""Each template does what it says, over the practice shop and a model that says what it is told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from builder.services.documents import find_problems
from builder.services.gallery import templates
from runtime.graph.parse import parse_document
from runtime.sdk import Item, Json
from tests.nodes.test_files import pdf
from tests.support.model_server import ModelServer, Uses, model_server
from tests.support.templates import World, rows

NUMBER = {"query": [{"name": "number", "value": "7"}]}


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server("unused") as running:
        yield running


@pytest.mark.parametrize("one", templates(), ids=lambda one: str(one.key))
def test_a_template_has_nothing_to_mend(one: Any) -> None:
    found = find_problems(parse_document(one.graph))
    assert [issue for issue in found if str(issue.severity) != "advice"] == []
    assert len(one.graph["notes"]) >= 1, "a note says what to do first"


def test_an_order_above_100_is_passed_on(server: ModelServer) -> None:
    world = World(server, "orders_above_100")
    large, small = ({"body": {"id": 8, "total": total}} for total in (180, 20))
    assert world.run(large).mails[0][1] == "Order 8: 387.0"
    assert world.run(small).mails == []


def test_and_when_the_shop_stays_down_somebody_is_told(server: ModelServer) -> None:
    world = World(server, "orders_above_100", down="/practice/shop")
    tried = world.run({"body": {"id": 8, "total": 180}})
    assert [subject for _, subject, _ in tried.mails] == ["The shop did not answer"]
    assert len(tried.http.asked) == 8


ASKED = {"your_name": "Ada", "your_e_mail": "ada@example.com", "what": "A chair", "cost": 90}


@pytest.mark.parametrize(
    ("approved", "subject", "kept"), [(True, "Yes", 1), (False, "Sorry, no", 0)]
)
def test_what_was_agreed_is_in_the_table(
    server: ModelServer, approved: bool, subject: str, kept: int
) -> None:
    tried = World(server, "request_with_approval").run(ASKED, approved=approved)
    assert [(to, said) for to, said, _ in tried.mails] == [("ada@example.com", subject)]
    found = [{"who": "Ada", "what": "A chair", "cost": 90, "agreed_by": "Ada"}]
    assert rows(tried, "Requests") == found[:kept]


SORTED = [
    ({"class": "Repairs", "sure": 0.9}, "repairs@example.com"),
    ({"class": "Bills", "sure": 0.9}, "bills@example.com"),
    ({"class": "Sales", "sure": 0.1}, "office@example.com"),
]


@pytest.mark.parametrize(("said", "to"), SORTED)
def test_a_mail_goes_where_it_belongs(server: ModelServer, said: Any, to: str) -> None:
    body: Json = {"subject": "Help", "text": "My lamp broke."}
    tried = World(server, "customer_mail").run({"body": body}, json.dumps(said))
    assert [(at, text) for at, _, text in tried.mails] == [(to, "My lamp broke.")]


def test_an_invoice_is_read_looked_over_and_kept_once(server: ModelServer) -> None:
    world = World(server, "invoices")
    file = world.files.put("invoice.pdf", pdf("Invoice R-7 of Lamps Ltd, total 120.50"))
    given = Item({"the_invoice": "invoice.pdf", "note": ""}, (file,))
    read = {"supplier": "Lamps Ltd", "number": "R-7", "total": 120.5, "due": "2030-01-31"}
    for _ in range(2):
        tried = world.run(given, json.dumps(read))
    assert tried.result.status == "succeeded", tried.result.reason
    assert rows(tried, "Invoices") == [read]
    assert "Invoice R-7" in json.dumps(server.requests[0])


def test_the_assistant_looks_the_order_up(server: ModelServer) -> None:
    world = World(server, "order_assistant")
    asked = Uses(("look_up", NUMBER))
    tried = world.run({"question": "Is order 7 paid?"}, asked, "No, it is not.")
    assert tried.mails[0][2] == "No, it is not."
    assert set(tried.http.asked) == {"/practice/shop/orders?number=7"}
    assert "Desk lamp" in json.dumps(server.requests[-1]), "the model was told what was found"


def test_the_chat_remembers(server: ModelServer) -> None:
    world = World(server, "shop_chat")
    first = world.run(
        {"text": "Is order 7 paid?", "session": "s1"}, Uses(("look_up", NUMBER)), "Not yet."
    )
    assert first.output == "Not yet."
    world.run({"text": "And what was in it?", "session": "s1"}, "A lamp.")
    assert "Is order 7 paid?" in json.dumps(server.requests[0])
    world.run({"text": "Hello", "session": "s2"}, "Hello.")
    assert "Is order 7 paid?" not in json.dumps(server.requests[0]), "another visitor"


def test_the_report_has_the_figures(server: ModelServer) -> None:
    tried = World(server, "weekly_report").run({}, "Lamps went best.")
    ((to, _, text),) = tried.mails
    assert (to, text.startswith("Lamps went best.")) == ("team@example.com", True)
    assert "Teapot" in text
    assert "Teapot" in json.dumps(server.requests[0])


def test_the_sources_come_together(server: ModelServer) -> None:
    world = World(server, "sources_together")
    tried = world.run({}, "All is well.")
    assert [text for _, _, text in tried.mails] == ["All is well."]
    told = json.dumps(server.requests[0])
    assert all(word in told for word in ("orders", "stock", "wishes"))


CODE = "def vowels(text):\n    return len([c for c in text if c in 'aeiou'])\n"


def test_code_is_mended_until_it_passes(server: ModelServer) -> None:
    wrong = Uses(("run_code", {"code": "vowels('banana')"}))
    right = Uses(("run_code", {"code": f"{CODE}vowels('banana')"}))
    answer = json.dumps({"code": CODE, "passed": True})
    tried = World(server, "code_until_it_passes").run(
        {"task": "Count vowels"}, wrong, right, answer
    )
    assert tried.output == [{"code": CODE}]
    told = [turn["content"] for turn in server.requests[-1]["messages"] if turn["role"] == "tool"]
    assert "vowels" in told[0], "it was told what went wrong"
    assert "3" in told[1]
