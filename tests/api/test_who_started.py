"""Who started a run is kept with it and its costs; API keys have names and may take so much."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from builder.models import ApiKey
from builder.services.api_keys import make_api_key
from builder.services.run_flow import run_flow
from runtime.models import ModelCall, Run
from runtime.models.ids import uuid7
from runtime.services.call_flow import _starter_of
from runtime.services.engine_connection import engine_connection
from tests.support.people import Place, api, browser


def keyed(place: Place, **limits: Any) -> Client:
    key = make_api_key(place.people["editor"], "Shop", actor=None, **limits)
    return Client(headers={"Authorization": f"Token {key}"})


def start(client: Client, place: Place) -> Any:
    url = reverse("flow-run", args=[place.flow.id])
    return client.post(url, {"draft": True}, content_type="application/json")


def called(place: Place, run: Run | None, cost: int, **more: Any) -> ModelCall:
    own = {"started_by": run.started_by, "started_key": run.started_key} if run else {}
    return ModelCall.objects.create(
        id=uuid7(), workspace_id=place.workspace.id, profile_id=place.profile.id,
        profile_name="M", model="m", run_id=uuid7(), node="x", item=0, number=1,
        status="settled", turn=1, requests=1, tokens=5, cost=cost, outcome="ok",
        asked_at=timezone.now(), settled_at=timezone.now(), **(own | more),
    )  # fmt: skip


def test_a_run_says_who_started_it_and_by_which_key(place: Place) -> None:
    editor = place.people["editor"]
    shape = start(keyed(place), place).json()["run"]
    assert shape["started_by"] == {"id": editor.pk, "name": "editor@home", "key": "Shop"}
    run_flow(place.flow, draft=True, actor=editor)
    url = reverse("runs")
    viewer = api(place.people["viewer"])
    counts = {"": 3, str(editor.pk): 2, "me": 0, "nobody": 0, str(place.people["admin"].pk): 1}
    for person, count in counts.items():
        assert len(viewer.get(url, {"started_by": person}).json()["results"]) == count
    assert viewer.get(url, {"started_by": "x"}).status_code == 400
    listed = browser(editor).get(reverse("admin:runtime_run_changelist"), {"by": "me"})
    assert listed.content.decode().count("editor@home, by the key “Shop”") == 1
    page = browser(editor).get(reverse("admin:runtime_run_change", args=[shape["id"]]))
    assert "by editor@home, by the key “Shop”" in page.content.decode()


def test_a_flow_that_is_called_was_started_by_the_same(place: Place) -> None:
    with engine_connection() as db:
        assert _starter_of(db, place.run_id).person == place.people["admin"].pk
        assert _starter_of(db, uuid7()).person is None


def test_what_models_took_is_shown_by_who_started_it(place: Place) -> None:
    run = Run.objects.get(id=start(keyed(place), place).json()["run"]["id"])
    called(place, run, 2_000_000_000)
    called(place, None, 1_000_000_000, trigger_kind="schedule")
    called(place, None, 500_000_000)
    client = browser(place.people["viewer"])
    page = client.get(reverse("costs")).content.decode()
    for words in ("By who or what started it", "by the key “Shop”", "not known"):
        assert words in page
    file = client.get(reverse("costs-file")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert sum(Decimal(row["cost"]) for row in rows) == Decimal("3.5")
    assert {(row["person"], row["key"], row["started"]) for row in rows} == {
        ("editor@home", "Shop", ""), ("", "", "schedule"), ("", "", ""),
    }  # fmt: skip


def test_a_key_may_start_so_many_runs_a_day(place: Place) -> None:
    client = keyed(place, calls_a_day=2)
    assert [start(client, place).status_code for _ in range(3)] == [202, 202, 429]
    said = start(client, place).json()
    assert "“Shop” has used up its 2 calls of this day" in str(said)
    assert client.get(reverse("runs")).status_code == 200  # looking costs nothing
    assert start(api(place.people["editor"]), place).status_code == 202
    ApiKey.objects.update(used_on="2020-01-01")
    assert start(client, place).status_code == 202


def test_a_key_may_cost_so_much_a_month(place: Place) -> None:
    client = keyed(place, money_a_month=Decimal(2))
    run = Run.objects.get(id=start(client, place).json()["run"]["id"])
    called(place, run, 1_999_999_999)
    assert start(client, place).status_code == 202
    called(place, run, 1)
    answer = start(client, place)
    assert (answer.status_code, "2.00 of this month" in str(answer.json())) == (429, True)


def test_a_key_is_made_with_a_name_and_limits(place: Place, capsys: Any) -> None:
    call_command("token", "editor@home", "--name", "Shop", "--calls-a-day", "1")
    text = capsys.readouterr().out.strip()
    client = Client(headers={"Authorization": f"Token {text}"})
    assert [start(client, place).status_code for _ in range(2)] == [202, 429]
    for wrong in (["--name", "Shop"], ["--calls-a-day", "3"]):
        with pytest.raises(CommandError):
            call_command("token", "editor@home", *wrong)
