"""The life of a flow over the API, with the shapes the canvas relies on."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.support.people import GRAPH, Place, api


@pytest.fixture
def client(place: Place) -> Client:
    """An editor's client."""
    return api(place.people["editor"])


def draft_url(place: Place) -> str:
    """The address of the flow's draft."""
    return reverse("flow-draft", args=[place.flow.id])


def put(client: Client, place: Place, body: Any) -> Any:
    """Save a draft."""
    return client.put(draft_url(place), body, content_type="application/json")


def with_url(title: str) -> dict[str, Any]:
    """The graph with another value in its second step."""
    fields = [{"name": "title", "value": title, "type": "text"}]
    return {
        **GRAPH,
        "nodes": [GRAPH["nodes"][0], {**GRAPH["nodes"][1], "params": {"fields": fields}}],
    }


def test_a_flow_is_listed_with_its_state(client: Client, place: Place) -> None:
    (flow,) = client.get(reverse("flows")).json()["results"]
    assert set(flow) == {
        "id", "name", "description", "live", "live_version", "draft_changes", "updated_at",
        "callable", "last_run", "triggers",
    }  # fmt: skip
    assert (flow["live"], flow["live_version"], flow["draft_changes"]) == (True, 1, 0)
    assert flow["last_run"]["id"] == str(place.run_id)


def test_a_draft_is_saved_and_counts_its_changes(client: Client, place: Place) -> None:
    saved = put(client, place, {"revision": 1, "graph": with_url("hello")})
    assert saved.json() == {"revision": 2, "issues": []}
    flow = client.get(reverse("flow", args=[place.flow.id])).json()
    assert flow["draft_changes"] == 1


def test_moving_a_step_is_not_a_change(client: Client, place: Place) -> None:
    moved = {**GRAPH["nodes"][0], "position": {"x": 400, "y": 10}}
    put(client, place, {"revision": 1, "graph": {**GRAPH, "nodes": [moved, GRAPH["nodes"][1]]}})
    assert client.get(reverse("flow", args=[place.flow.id])).json()["draft_changes"] == 0


def test_the_second_of_two_tabs_gets_the_first_ones_draft(client: Client, place: Place) -> None:
    put(client, place, {"revision": 1, "graph": with_url("first")})
    refused = put(client, place, {"revision": 1, "graph": with_url("second")})
    answer = refused.json()
    assert (refused.status_code, answer["revision"]) == (409, 2)
    assert answer["graph"]["nodes"][1]["params"]["fields"][0]["value"] == "first"
    assert answer["updated_by"] in answer["message"]


def test_a_draft_with_problems_is_saved_and_names_them(client: Client, place: Place) -> None:
    graph = {**GRAPH, "nodes": [*GRAPH["nodes"], {**GRAPH["nodes"][1], "id": "n_b"}]}
    saved = put(client, place, {"revision": 1, "graph": graph})
    issues = saved.json()["issues"]
    assert saved.status_code == 200
    assert {"code", "severity", "message", "fix", "node", "key", "field", "edge", "action"} == set(
        issues[0]
    )


def test_publishing_refuses_problems_and_names_step_and_fix(client: Client, place: Place) -> None:
    graph = {**GRAPH, "nodes": [*GRAPH["nodes"], {**GRAPH["nodes"][1], "id": "n_b"}]}
    put(client, place, {"revision": 1, "graph": graph})
    refused = client.post(
        reverse("flow-publish", args=[place.flow.id]),
        {"revision": 2},
        content_type="application/json",
    )
    answer = refused.json()
    assert refused.status_code == 422
    assert answer["issues"][0]["node"] in {"n_set", "n_b"}
    assert answer["issues"][0]["fix"]


def test_publishing_makes_the_next_version(client: Client, place: Place) -> None:
    put(client, place, {"revision": 1, "graph": with_url("hello")})
    published = client.post(
        reverse("flow-publish", args=[place.flow.id]),
        {"revision": 2, "note": "says hello"},
        content_type="application/json",
    ).json()
    assert published["live"] is True
    assert published["version"]["number"] == 2
    listed = client.get(reverse("flow-versions", args=[place.flow.id])).json()["results"]
    assert [(v["number"], v["live"]) for v in listed] == [(2, True), (1, False)]


def test_an_earlier_version_can_be_had_again(client: Client, place: Place) -> None:
    put(client, place, {"revision": 1, "graph": with_url("other")})
    restored = client.post(
        reverse("flow-restore", args=[place.flow.id, 1]),
        {"revision": 2},
        content_type="application/json",
    )
    draft = client.get(draft_url(place)).json()
    version = client.get(reverse("flow-version", args=[place.flow.id, 1])).json()
    assert restored.json()["revision"] == 3
    assert draft["graph"] == version["graph"]


def test_what_is_exported_can_be_imported(client: Client, place: Place) -> None:
    exported = client.get(reverse("flow-export", args=[place.flow.id]))
    made = client.post(
        reverse("flow-import"),
        {"name": "Again", "graph": exported.json()},
        content_type="application/json",
    ).json()
    again = client.get(reverse("flow-export", args=[made["id"]]))
    assert again.content == exported.content
    assert made["live"] is False


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"revision": 1, "revision": 1, "graph": {}}', 400),
        ('{"revision": 1, "graph": {"format": NaN}}', 400),
        ('{"revision": 1, "graph": {"format": 1e999}}', 400),
        ('{"revision": 1, "graph": {"x": ' + "9" * 40 + "}}", 400),
        ('{"revision": 1, "graph": ' + '{"a":' * 3000 + "1" + "}" * 3001, 400),
        ('{"revision": 1, "graph": ' + "[" * 200 + "]" * 200 + "}", 400),
        ('{"revision": 1, "graph": {"format": "segue.flow/9"}}', 400),
        ('{"revision": 1, "graph": {"nodes": [{"id": "a b"}]}}', 400),
        ('{"revision": 1, "graph": {"text": "\\ud800"}}', 400),
        ('{"revision": "one", "graph": {}}', 400),
        ('{"graph": {}}', 400),
        ("[]", 400),
        ("", 400),
        ("\xff", 400),
        ('{"revision": 1, "graph": {"text": "' + "x" * 5_300_000 + '"}}', 413),
    ],
)
def test_a_body_that_cannot_be_a_draft_is_refused(
    client: Client, place: Place, body: str, status: int
) -> None:
    raw = body.encode("latin-1" if body == "\xff" else "utf-8")
    refused = client.put(draft_url(place), raw, content_type="application/json")
    assert (refused.status_code, bool(refused.json()["message"])) == (status, True)
    assert client.get(draft_url(place)).json()["revision"] == 1


def test_only_json_is_taken(client: Client) -> None:
    assert client.post(reverse("flows"), {"name": "x"}).status_code == 415


def test_a_switched_off_flow_says_so(client: Client, place: Place) -> None:
    flow_url = reverse("flow", args=[place.flow.id])
    off = client.patch(flow_url, {"live": False}, content_type="application/json").json()
    on = client.patch(flow_url, {"live": True}, content_type="application/json").json()
    assert (off["live"], on["live"]) == (False, True)


def test_a_flow_that_was_never_published_cannot_be_switched_on(client: Client) -> None:
    made = client.post(reverse("flows"), {"name": "New"}, content_type="application/json").json()
    refused = client.patch(
        reverse("flow", args=[made["id"]]), {"live": True}, content_type="application/json"
    )
    assert (refused.status_code, "Publish" in refused.json()["message"]) == (400, True)


def test_an_empty_draft_cannot_run(client: Client) -> None:
    made = client.post(reverse("flows"), {"name": "New"}, content_type="application/json").json()
    refused = client.post(
        reverse("flow-run", args=[made["id"]]), {"draft": True}, content_type="application/json"
    )
    assert refused.status_code in {400, 422}


def test_a_run_takes_input_and_never_a_graph(client: Client, place: Place) -> None:
    body = {"draft": True, "input": {"x": 5}, "graph": {"nodes": [{"id": "evil"}]}}
    started = client.post(
        reverse("flow-run", args=[place.flow.id]), body, content_type="application/json"
    ).json()["run"]
    assert [node["id"] for node in started["graph"]["nodes"]] == ["n_start", "n_set"]
    assert started["mode"] == "test"


def test_the_list_comes_in_pages(client: Client, place: Place) -> None:
    for number in range(50):
        client.post(reverse("flows"), {"name": f"{number}"}, content_type="application/json")
    first = client.get(reverse("flows")).json()
    second = client.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (50, 1, None)


def test_a_cursor_that_is_none_is_refused(client: Client) -> None:
    assert client.get(reverse("flows"), {"cursor": "nonsense"}).status_code == 400
