"""What to improve: what is found in the last runs, and one change that can be taken back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from builder.models import ModelProfile
from builder.services.run_flow import run_flow
from builder.services.save_draft import save_draft
from runtime.models import ModelCall, Run, Step
from runtime.services.engine_connection import close_engine_connection
from runtime.services.improvements import Asked, Edit, Model, StepFact, improvements
from tests.support.people import Place, browser, make_place

DEAR, CHEAP = Model("dear", "Dear", 2.0, 10.0), Model("cheap", "Cheap", 0.2, 1.0)


def step(key: str = "ask", **rest: Any) -> StepFact:
    fields: dict[str, Any] = {
        "key": key,
        "name": key.title(),
        "seconds": 0.1,
        "items": 1,
        "at_once": None,
        "keeps": True,
        "kept": False,
        "picks_model": True,
        "model": "dear",
    }
    return StepFact(**{**fields, **rest})


def asked(times: int = 1, cost: int = 2_000_000, **rest: Any) -> Asked:
    fields: dict[str, Any] = {"step": "ask", "question": "q", "profile": "dear"}
    tokens = {"tokens_in": 500, "tokens_out": 100}
    return Asked(**{**fields, **tokens, "times": times, "cost": cost, **rest})


def kinds(*steps: StepFact, calls: tuple[Asked, ...] = (), models: Any = (DEAR,)) -> list[str]:
    return [advice.kind for advice in improvements(steps, calls, models)]


TABLE: list[tuple[list[StepFact], list[Asked], list[Model], list[str]]] = [
    ([], [], [], []),
    ([step()], [asked()], [DEAR], []),
    ([step(seconds=9), step("put")], [], [], ["slow"]),
    ([step(seconds=9), step("put", seconds=8), step("c", seconds=7)], [], [], []),
    ([step()], [asked(times=2)], [DEAR], ["repeated"]),
    ([step(kept=True)], [asked(times=2)], [DEAR], []),
    ([step(keeps=False)], [asked(times=2)], [DEAR], []),
    ([step()], [asked()], [DEAR, CHEAP], ["cheaper"]),
    ([step(picks_model=False)], [asked()], [DEAR, CHEAP], []),
    ([step()], [asked(cost=0)], [DEAR, CHEAP], []),
    ([step()], [asked(step="gone", times=9)], [DEAR, CHEAP], []),
]


@pytest.mark.parametrize(("steps", "calls", "models", "found"), TABLE)
def test_what_is_found(
    steps: list[StepFact], calls: list[Asked], models: list[Model], found: list[str]
) -> None:
    assert kinds(*steps, calls=tuple(calls), models=models) == found


def test_each_names_one_change() -> None:
    slow = step("fetch", seconds=9, items=50, at_once=2)
    found = improvements([slow, step()], [asked(times=3, cost=6_000_000)], [DEAR, CHEAP])
    assert [advice.edit for advice in found] == [
        Edit("fetch", "policy", "concurrency", 10, 2),
        Edit("ask", "params", "keep_for", 86_400, None),
        Edit("ask", "params", "model", "cheap", "dear"),
    ]
    assert "asked the same again 2 times, for 0.0040" in found[1].seen


GRAPH: dict[str, Any] = {
    "format": "segue.flow/1",
    "nodes": [
        {"id": "n1", "key": "start", "type": "trigger.manual"},
        {"id": "n2", "key": "ask", "name": "Ask", "type": "ai.llm", "params": {"prompt": "Hello"}},
    ],
    "edges": [{"source": "n1", "target": "n2"}],
}


@pytest.fixture
def place(transactional_db: None) -> Iterator[Place]:
    yield make_place("home")
    close_engine_connection()


def ran(place: Place, question: str = "q") -> UUID:
    """A run that asked a model for four seconds."""
    place.flow.refresh_from_db()
    run = run_flow(place.flow, draft=True, actor=place.people["admin"], given={})
    now = timezone.now()
    Run.objects.filter(id=run).update(status="succeeded", started_at=now)
    Step.objects.create(
        run_id=run,
        node="ask",
        seq=1,
        status="succeeded",
        started_at=now,
        finished_at=now + timedelta(seconds=4),
    )
    ModelCall.objects.create(
        id=uuid4(),
        workspace_id=place.workspace.id,
        profile_id=place.profile.id,
        profile_name="GPT",
        model="gpt",
        run_id=run,
        flow_id=place.flow.id,
        node="ask",
        item=0,
        number=1,
        question=question,
        status="settled",
        turn=1,
        asked_at=now,
        settled_at=now,
        requests=1,
        tokens=120,
        tokens_in=100,
        tokens_out=20,
        cost=400_000,
        outcome="ok",
    )
    return run


def test_a_change_is_made_in_the_draft_and_taken_back(place: Place) -> None:
    save_draft(place.flow, revision=1, graph=GRAPH, actor=None)
    ModelProfile.objects.create(
        workspace=place.workspace,
        name="Cheap",
        model="c",
        base_url="https://api.example.com/v1",
        price_in="0.001",
    )
    client = browser(place.people["editor"])
    page = reverse("admin:builder_flow_change", args=[place.flow.id])
    ran(place)
    assert "What to improve" not in client.get(page).content.decode()
    ran(place)
    ran(place)
    shown = client.get(page)
    text = shown.content.decode()
    for words in ("takes most of the time", "asked the same again 2 times", "“Cheap”"):
        assert words in text
    keep = next(row["edit"] for row in shown.context["advice"] if "Keep" in row["change"])

    url = reverse("admin:builder_flow_improve", args=[place.flow.id])
    assert browser(place.people["viewer"]).post(url, {"edit": keep}).status_code == 403
    client.post(url, {"edit": keep + "x"})
    client.post(url, {"edit": keep})
    place.flow.refresh_from_db()
    assert place.flow.draft["nodes"][1]["params"]["keep_for"] == 86_400
    shown = client.get(page)
    assert "asked the same again" not in shown.content.decode()
    client.post(url, {"edit": shown.context["improve_undo"], "undo": "1"})
    place.flow.refresh_from_db()
    assert "keep_for" not in place.flow.draft["nodes"][1]["params"]
    assert client.get(page).context["improve_undo"] is None
