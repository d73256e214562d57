"""Pins and parts over the API: what it answers, and what it refuses in words."""

import pytest
from django.urls import reverse

from tests.support.people import Place, api

EDITOR = "editor"


def url(name: str, place: Place, **more: str) -> str:
    return reverse(name, kwargs={"flow_id": place.flow.id, **more})


def test_a_pin_is_listed_short_and_read_whole(place: Place) -> None:
    client = api(place.people[EDITOR])
    values = [{"x": n} for n in range(50)]
    pinned = client.put(
        url("flow-pin", place, node="n_set"),
        data={"outputs": {"out": values}},
        content_type="application/json",
    ).json()
    assert (len(pinned["outputs"]["out"]), pinned["edited"], pinned["run"]) == (50, True, None)
    assert pinned["changed_by"] == "editor@home"
    listed = client.get(url("flow-pins", place)).json()["results"]
    assert listed == [{"node": "n_set", "first": {"json": {"x": 0}}, "edited": True}]
    whole = client.get(url("flow-pin", place, node="n_set")).json()
    assert [item["json"] for item in whole["outputs"]["out"]] == values
    client.delete(url("flow-pin", place, node="n_set"))
    assert client.get(url("flow-pins", place)).json()["results"] == []


@pytest.mark.parametrize(
    ("node", "body", "status", "words"),
    [
        ("n_set", {}, 400, "Give values"),
        ("n_gone", {"outputs": {"out": [1]}}, 400, "not in the draft any more"),
        ("n_set", {"outputs": {"left": [1]}}, 400, "no exit “left”"),
    ],
)
def test_what_cannot_be_pinned_is_said(
    place: Place, node: str, body: object, status: int, words: str
) -> None:
    answer = api(place.people[EDITOR]).put(
        url("flow-pin", place, node=node), data=body, content_type="application/json"
    )
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_data_of_a_run_of_others_is_not_found(place: Place, elsewhere: Place) -> None:
    client = api(place.people[EDITOR])
    for name, more in [("flow-pin", {"node": "n_set"}), ("flow-part", {})]:
        body = {"run": str(elsewhere.run_id), "step": "put", "extent": "only"}
        send = client.put if name == "flow-pin" else client.post
        answer = send(url(name, place, **more), data=body, content_type="application/json")
        assert answer.status_code == 404


def test_a_look_ahead_says_what_a_part_would_do(place: Place) -> None:
    client = api(place.people[EDITOR])
    ahead = client.get(url("flow-part", place), {"step": "put", "extent": "to"}).json()
    assert ahead["doing"] == [
        {"key": "start", "name": "Start"},
        {"key": "put", "name": "Put together"},
    ]
    assert (ahead["acts"], ahead["lacking"], ahead["run"]) == ([], [], None)
    gone = client.get(url("flow-part", place), {"step": "gone", "extent": "to"})
    assert gone.status_code == 400
    assert "no step called “gone”" in gone.json()["message"]


def test_a_part_is_a_test_run_that_says_which_part(place: Place) -> None:
    client = api(place.people["operator"])
    body = {"step": "put", "extent": "only", "input": {"x": 5}}
    answer = client.post(url("flow-part", place), data=body, content_type="application/json")
    run = answer.json()["run"]
    assert (answer.status_code, run["mode"], run["input"]) == (202, "test", [{"json": {"x": 5}}])
    assert run["again"]["from"] == "part"
    assert run["again"]["step"] == {"key": "put", "name": "Put together"}


def test_a_retry_rule_that_makes_no_sense_is_refused(place: Place) -> None:
    body = {"key": "put", "retry": {"attempts": 0}}
    answer = api(place.people["viewer"]).post(
        url("flow-retry", place), data=body, content_type="application/json"
    )
    assert answer.status_code == 400
    assert "greater than or equal to 1" in answer.content.decode()
