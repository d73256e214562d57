"""The flows every new install has: without a problem, and they do what they say."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from builder.practice import mail, shop
from builder.services.transfer import read_example
from runtime.graph.document import Document
from runtime.graph.issue import Severity
from runtime.graph.parse import parse_document
from runtime.graph.validate import validate
from runtime.network.guard import Guard
from runtime.providers.openai_compatible import OpenAiCompatible
from runtime.providers.protocols import ChatReply, ChatRequest, Profile
from runtime.registry import registry
from runtime.sdk import Context
from runtime.testing import QuietWorld, RunResult, run_graph
from tests.support.http import BriefClient
from tests.support.model_server import ModelServer, model_server
from tests.support.one_step import outputs_of
from tests.support.people import browser, make_place

FILES = sorted((Path(__file__).parents[2] / "builder" / "examples").glob("*.json"))


def example(number: int) -> Document:
    return parse_document(read_example(FILES[number - 1].read_bytes())[1])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_it_has_no_problem(path: Path) -> None:
    name, graph = read_example(path.read_bytes())
    document = parse_document(graph)
    assert name[:1].isupper()
    assert document.settings.description
    issues = validate(document, registry())
    assert [issue for issue in issues if issue.severity is not Severity.ADVICE] == []
    assert document.notes, "a note says what there is to see"
    places = [(node.position.x, node.position.y) for node in document.nodes]
    assert len(places) == len(set(places))
    for edge in document.edges:
        ends = {node.id: node.position.x for node in document.nodes}
        assert ends[edge.target] - ends[edge.source] >= 300


class Models:
    """A scripted service in the place of whichever model the workspace has."""

    def __init__(self, server: ModelServer) -> None:
        self._provider = OpenAiCompatible(BriefClient(Guard(frozenset({server.place}))))
        self._base_url = server.base_url

    async def complete(self, request: ChatRequest, ctx: Context) -> ChatReply:
        profile = Profile("m", "M", "openai_compatible", "m", self._base_url, None, 2048, 0, 0)
        return await self._provider.chat(profile, request, ctx)


def run(number: int, live: Any, data: Any = None, model: str = "Hello!") -> RunResult:
    """Run an example against the practice world of a real server."""
    with model_server(model) as server:
        world = QuietWorld(http=BriefClient(Guard(own_url=live.url)), models=Models(server))
        return run_graph(example(number), registry(), items=[data], world=world)


@pytest.fixture
def no_mail(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def test_a_message_is_answered_by_a_model(live_server: Any) -> None:
    result = run(1, live_server, {"body": {"message": "Hi"}}, "We open at nine.")
    assert result.status == "succeeded"
    response = next(row.response for row in reversed(result.journal.run_rows()) if row.response)
    assert json.loads(response)["body"] == {"answer": "We open at nine."}


@pytest.mark.usefixtures("no_mail")
def test_an_order_is_fetched_although_the_shop_is_busy(
    live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop, "_calls", iter([3, 1]))
    result = run(2, live_server)
    assert result.status == "succeeded"
    tries = [a.status for a in result.journal.attempts() if a.node == "fetch_order"]
    assert tries == ["failed", "succeeded"]
    assert [caught["to"] for caught in mail.caught_mails()] == ["customer7@example.com"]


def test_only_the_failing_item_takes_the_error_exit(live_server: Any) -> None:
    result = run(3, live_server)
    assert result.status == "succeeded"
    report = outputs_of(result, "report")["out"]
    assert [row["order"] for row in report if isinstance(row, dict)] == [7, 8, 9, 4711]
    assert isinstance(report[3], dict)
    assert "no order 4711" in str(report[3]["problem"])


@pytest.mark.usefixtures("no_mail")
@pytest.mark.parametrize("department", ["sales", "repairs"])
def test_the_way_a_model_chooses_is_taken(live_server: Any, department: str) -> None:
    result = run(4, live_server, {"message": "?"}, json.dumps({"department": department}))
    assert result.status == "succeeded"
    assert [caught["to"] for caught in mail.caught_mails()] == [f"{department}@example.com"]


def test_the_wait_parks_the_run(live_server: Any) -> None:
    assert run(5, live_server).status == "waiting"


@pytest.mark.usefixtures("no_mail")
def test_the_plan_is_sent_by_the_clock(live_server: Any) -> None:
    result = run(6, live_server, {"scheduled_for": "2026-03-30T09:00:00+02:00"})
    assert result.status == "succeeded"
    assert [caught["to"] for caught in mail.caught_mails()] == ["team@example.com"]


def test_one_fails_on_purpose_says_how_to_repair_it_and_then_works(
    live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = run(7, live_server)
    assert broken.status == "failed"
    (wrong,) = [a for a in broken.journal.attempts() if a.status == "failed"]
    assert "Orders are at /practice/shop/orders/7" in str(wrong.error)
    monkeypatch.setattr(shop, "_calls", iter([1]))
    _name, graph = read_example(FILES[6].read_bytes())
    repaired = json.loads(json.dumps(graph).replace("/shop/order/", "/shop/orders/"))
    world = QuietWorld(http=BriefClient(Guard(own_url=live_server.url)))
    result = run_graph(parse_document(repaired), registry(), items=[None], world=world)
    assert outputs_of(result, "tell")["out"] == [{"answer": "Order 7 costs 118.0."}]


@pytest.mark.usefixtures("no_mail", "transactional_db")
def test_mails_are_shown_in_the_workspace_whose_flow_sent_them(client: Client) -> None:
    home, elsewhere = make_place("home"), make_place("elsewhere")
    sent = {"to": "a@example.com", "subject": "<b>Hi</b>", "text": "Line \ud800"}
    headers = {"Idempotency-Key": "k", "Segue-Workspace": str(home.workspace.id)}
    for _ in range(2):
        answer = client.post("/practice/mail/", sent, "application/json", headers=headers)
        assert answer.status_code == 201
    assert client.get("/practice/mail/").status_code == 302
    page = browser(home.people["viewer"]).get("/practice/mail/").content.decode()
    assert page.count("a@example.com") == 1
    assert "<b>Hi</b>" not in page
    foreign = browser(elsewhere.people["admin"]).get("/practice/mail/").content.decode()
    assert "a@example.com" not in foreign


@pytest.mark.usefixtures("no_mail")
def test_what_is_no_mail_is_refused(client: Client, db: None) -> None:
    for body in ("no", "[]", "{}", json.dumps({"to": "a", "text": "x" * 30_000})):
        assert client.post("/practice/mail/", body, "application/json").status_code == 400


def test_the_shop_is_busy_at_every_third_call(client: Client) -> None:
    statuses = [client.get("/practice/shop/orders/7").status_code for _ in range(6)]
    assert sorted(statuses) == [200, 200, 200, 200, 503, 503]
