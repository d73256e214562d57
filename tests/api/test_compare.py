"""Versions side by side over the API, in the words people read."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.support.people import GRAPH, Place, api


@pytest.fixture
def client(place: Place) -> Client:
    """An editor's client."""
    return api(place.people["editor"])


def changed(client: Client, place: Place) -> dict[str, Any]:
    """Save a draft with one change of each kind; return its graph."""
    start, put = GRAPH["nodes"]
    fields = [{"name": "title", "value": "Hello", "type": "text"}]
    wait = {"id": "n_wait", "key": "wait", "name": "Wait", "type": "flow.wait"}
    graph = {
        **GRAPH,
        "nodes": [
            start,
            {**put, "params": {"fields": fields}, "policy": {"retry": {"attempts": 5}}},
            wait,
        ],
        "edges": [],
    }
    body = {"revision": 1, "graph": graph}
    saved = client.put(
        reverse("flow-draft", args=[place.flow.id]), body, content_type="application/json"
    )
    assert saved.status_code == 200
    return graph


def sentences(answer: Any) -> list[str]:
    """The list as a person reads it."""
    return [
        ": ".join(
            [f"{row['name']} {row['how']}"]
            + [
                " ".join([detail["label"], detail["before"], detail["after"]]).strip()
                for detail in row["details"]
            ]
        )
        for row in answer.json()["changes"]
    ]


def test_what_the_draft_changes_is_said_in_words(client: Client, place: Place) -> None:
    changed(client, place)
    answer = client.get(reverse("flow-compare", args=[place.flow.id]))
    assert sentences(answer) == [
        "Put together changed: Fields: title “{{ start.x }}” “Hello”: tries 1 5",
        "Wait added",
        "Wire from Start to Put together removed",
    ]
    assert [node["id"] for node in answer.json()["before"]["nodes"]] == ["n_start", "n_set"]
    flow = client.get(reverse("flow", args=[place.flow.id])).json()
    assert flow["draft_changes"] == len(answer.json()["changes"])


def test_any_two_are_compared_either_way_round(client: Client, place: Place) -> None:
    changed(client, place)
    url = reverse("flow-compare", args=[place.flow.id])
    back = client.get(url, {"before": "draft", "after": "1"})
    assert "Wait removed" in sentences(back)
    assert sentences(client.get(url, {"before": "1", "after": "1"})) == []
    refused = client.get(url, {"before": "7", "after": "draft"})
    assert (refused.status_code, "no version 7" in refused.json()["message"]) == (400, True)


def test_a_draft_that_could_not_be_saved_is_compared_with_the_stored_one(
    client: Client, place: Place
) -> None:
    mine = changed(client, place)
    mine["nodes"][0] = {**mine["nodes"][0], "name": "Begin"}
    answer = client.post(
        reverse("flow-compare", args=[place.flow.id]),
        {"graph": mine},
        content_type="application/json",
    )
    assert sentences(answer) == ["Begin changed: name Start Begin"]
