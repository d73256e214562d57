"""What models cost and may cost, as people see it: by run, by day, in a file, and when it is used
up and an admin is asked."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from builder.admin.costs import chart
from runtime.models import BudgetUse, ModelCall, Run
from runtime.services.engine_connection import engine_connection
from runtime.services.model_costs import Line, Took, step_of
from runtime.store import model_calls
from runtime.store.model_calls import Call, Spent, Terms, Used
from tests.api.test_approvals import ask as ask_person
from tests.api.test_approvals import decide
from tests.support.people import Place, api, browser


def call(place: Place, **rest: Any) -> Call:
    fields: dict[str, Any] = {
        "id": uuid4(),
        "workspace": place.workspace.id,
        "profile": place.profile.id,
        "model": "gpt",
        "run": place.run_id,
        "node": "put",
        "iteration": "",
        "item": 0,
        "number": 1,
        "part": 0,
        "requests": 1,
        "tokens": 100,
        "cost": 50_000_000,
        "lasts": 1.0,
    }
    return Call(**{**fields, **rest})


def took(place: Place, cost: int = 20_000_000, **rest: Any) -> None:
    """A call that was made and paid for."""
    made = call(place, **rest)
    with engine_connection() as db:
        model_calls.ask(db, made, Terms("=GPT"), None)
        spent = Spent("ok", "gpt-1", 1, 100, 20, cost, 900)
        model_calls.settle(db, place.workspace.id, made.id, spent)


def test_a_run_shows_what_it_took_and_an_agent_what_its_turns_did(place: Place) -> None:
    took(place)
    took(place, number=2)
    took(place, node="turn", iteration="put.0:1")
    with engine_connection() as db:
        model_calls.remembered(db, call(place, item=1), "gpt-1", 30_000_000)
    url = reverse("run-costs", args=[place.run_id])
    costs = api(place.people["viewer"]).get(url).json()
    assert costs["total"]["cost"] == pytest.approx(0.06)
    (step,) = costs["steps"]
    assert (step["node"], step["calls"], step["saved"]) == ("n_set", 4, pytest.approx(0.03))
    assert len(costs["tries"]) == 4
    page = reverse("admin:runtime_run_change", args=[place.run_id])
    shown = browser(place.people["viewer"]).get(page).content.decode()
    assert "0.0600 · 360 tokens · 0.0300 saved" in shown


def test_costs_by_model_and_flow_and_as_a_file(place: Place, elsewhere: Place) -> None:
    took(place)
    took(elsewhere, cost=9_000_000_000)
    client = browser(place.people["viewer"])
    page = client.get(reverse("costs"), {"days": 7}).content.decode()
    assert page.count("<rect") == 2  # a bar, and its colour in the legend
    assert "0.0200" in page
    assert "9.00" not in page
    lines = client.get(reverse("costs-file")).content.decode().splitlines()
    today = datetime.now(UTC).date().isoformat()
    assert (
        lines[1]
        == f"{today},{place.flow.name},'=GPT,1,100,20,0.020000000,0.000000000,0,manual,admin@home,"
    )
    assert len(lines) == 2
    assert client.get(reverse("costs"), {"days": "x"}).status_code == 200


def test_nobody_from_elsewhere_sees_costs(place: Place) -> None:
    place.memberships["viewer"].delete()
    assert browser(place.people["viewer"]).get(reverse("costs")).status_code == 302


def test_columns_are_as_high_as_their_days_were_dear() -> None:
    today = datetime.now(UTC).date()
    found = [
        Line(today, None, "A", Took(cost=30)),
        Line(today, None, "B", Took(cost=10)),
        Line(today - timedelta(days=1), None, "A", Took(cost=20)),
    ]
    bars = chart(found, 7, by_cost=True)
    assert [round(bar.height) for bar in bars] == [90, 135, 45]
    assert [bar.y for bar in bars] == [90, 45, 0]


STEPS = [
    (("ask", ""), ("ask", "")),
    (("ask", "repeat:3"), ("ask", "repeat:3")),
    (("turn", "agent.0:2"), ("agent", "")),
    (("turn", "repeat:3/agent.1:2/helper.0:1"), ("agent", "repeat:3")),
]


@pytest.mark.parametrize(("inner", "outer"), STEPS)
def test_inner_steps_belong_to_the_one_on_the_canvas(
    inner: tuple[str, str], outer: tuple[str, str]
) -> None:
    assert step_of(*inner) == outer


def used_up(place: Place) -> tuple[Call, Any]:
    """The budget of 10 has nothing left, and an admin is asked."""
    BudgetUse.objects.filter(budget=place.budget).update(used=10_000_000_000)
    asked = call(place)
    with engine_connection() as db:
        used = model_calls.ask(db, asked, Terms("GPT"), None)
    assert isinstance(used, Used)
    wait = ask_person(place, who="admin", budget_use=str(used.use), of_wait={"due_at": None})
    return asked, wait


@pytest.mark.parametrize(("approved", "extra"), [(True, 5_000_000_000), (False, 0)])
def test_only_an_admin_allows_more(place: Place, approved: bool, extra: int) -> None:
    took(place)
    asked, wait = used_up(place)
    assert decide(place, wait, "editor", approved=approved)[0] == 403
    assert decide(place, wait, "admin", approved=approved)[0] == 200
    use = BudgetUse.objects.get(budget=place.budget)
    assert (use.extra, use.asked_call, use.refused_at is None) == (extra, None, approved)
    with engine_connection() as db:
        said = model_calls.ask(db, asked, Terms("GPT"), None)
    assert isinstance(said, Used) is not approved


def test_a_budget_says_how_it_stands(place: Place) -> None:
    took(place)
    url = reverse("budget", args=[place.budget.id])
    shown = api(place.people["viewer"]).get(url).json()
    assert (shown["amount"], shown["more"], shown["used"]) == (10, 5, pytest.approx(0.02))
    wrong = api(place.people["admin"]).patch(
        url, {"scope": "flow"}, content_type="application/json"
    )
    assert "Choose the flow or the model" in str(wrong.json())


def test_a_budget_is_set_in_the_admin(place: Place) -> None:
    client = browser(place.people["admin"])
    typed = {
        "name": "Each run",
        "scope": "run",
        "unit": "calls",
        "period": "month",
        "amount": "40",
        "more": "",
        "active": "on",
    }
    answer = client.post(reverse("admin:runtime_modelbudget_add"), typed)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    listed = client.get(reverse("admin:runtime_modelbudget_changelist")).content.decode()
    assert "40 calls" in listed
    profile = reverse("admin:builder_modelprofile_change", args=[place.profile.id])
    assert "Held to a form" in client.get(profile).content.decode()


def test_a_run_that_is_gone_leaves_what_it_cost(place: Place) -> None:
    took(place)
    Run.objects.filter(id=place.run_id).delete()
    assert ModelCall.objects.filter(workspace_id=place.workspace.id).count() == 1
