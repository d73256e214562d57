"""An address that asks for proof: what is refused is refused alike, and leaves nothing behind."""

import json
import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from runtime.credentials.proof import mac
from tests.security.cases import read, split
from tests.security.conftest import Attacked, step

pytestmark = pytest.mark.acceptance
KEY = b"a key of twenty-four bytes"
BODY = b'{"n": 1}'
# Signed ones are tried one by one in tests/credentials/test_proof.py, at the time they were made.
GENERIC = [case["id"] for case in read("webhook_vectors") if case["scheme"] == "generic"]
ON_THE_WIRE = [*GENERIC, "wh-063"]


@pytest.fixture(scope="module")
def connections(attacked: Attacked) -> dict[str, str]:
    """The ids of connections by a short name."""
    made = {
        "signed": ("webhook.standard", {"secret": f"whsec_{b64encode(KEY).decode()}"}),
        "github": ("webhook.github", {"secret": "It's a Secret to Everybody"}),
        "bearer": ("http.bearer", {"token": "t0k"}),
        "short": ("http.bearer", {"token": "t"}),
        "basic": ("http.basic", {"username": "u", "password": "p:w"}),
    }
    found = {}
    for name, (kind, secret) in made.items():
        body = {"name": f"calls {name}", "type": kind, "secret": secret}
        answer = attacked.api.post("credentials/", json=body)
        assert answer.status_code == 201, answer.text
        found[name] = answer.json()["id"]
    return found


def hook(attacked: Attacked, path: str, **params: Any) -> str:
    """A live flow that gives back what it is sent."""
    trigger = step("hook", "trigger.webhook", path=path, answer="when_finished", **params)
    return attacked.publish(path, trigger, step("end", "data.set"))


def signature(body: bytes = BODY, *, key: bytes = KEY, age: float = 0) -> dict[str, str]:
    at = str(int(time.time() - age))
    signed = b64encode(mac(key, b"msg_1." + at.encode() + b"." + body)).decode()
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{signed}",
        "content-type": "application/json",
    }


def test_only_a_call_with_the_right_signature_starts_the_flow(
    attacked: Attacked, connections: Mapping[str, str]
) -> None:
    flow = hook(attacked, "signed", connection=connections["signed"])
    refused = [
        attacked.hooks.post("signed", content=BODY, headers=headers)
        for headers in (
            {},
            {"content-type": "application/json"},
            signature(key=b"another key of 24 bytes."),
            signature(b'{"n": 2}'),
            signature(age=400),
            {**signature(), "webhook-signature": "v1,"},
            {**signature(), "webhook-timestamp": "9" * 30},
        )
    ]
    assert {answer.status_code for answer in refused} == {401}
    assert len({answer.content for answer in refused}) == 1, "a refusal says why"
    broken = attacked.hooks.post("signed", content=b"{broken", headers=signature())
    assert broken.status_code == 401, "what is not proven is not even read"
    assert attacked.runs(flow) == []
    taken = attacked.hooks.post("signed", content=BODY, headers=signature())
    assert taken.status_code == 200, taken.text
    assert len(attacked.runs(flow)) == 1


def test_a_changed_secret_counts_at_once_and_a_deleted_one_lets_nobody_in(
    attacked: Attacked, connections: Mapping[str, str]
) -> None:
    hook(attacked, "changing", connection=connections["short"])
    old = {"authorization": "Bearer t"}
    new = {"authorization": "Bearer another"}
    assert attacked.hooks.post("changing", json={}, headers=old).status_code == 200
    address = f"credentials/{connections['short']}/"
    assert attacked.api.patch(address, json={"secret": {"token": "another"}}).status_code == 200
    assert attacked.hooks.post("changing", json={}, headers=new).status_code == 200
    assert attacked.hooks.post("changing", json={}, headers=old).status_code == 401
    assert attacked.api.delete(address).status_code == 204
    until = time.monotonic() + 15
    while attacked.hooks.post("changing", json={}, headers=new).status_code != 401:
        assert time.monotonic() < until, "a deleted connection still lets callers in"
        time.sleep(0.5)


def test_the_vectors_that_are_no_signatures(
    attacked: Attacked, connections: Mapping[str, str]
) -> None:
    signed = [c["id"] for c in read("webhook_vectors") if c["id"] not in ON_THE_WIRE]
    cases = split("webhook_vectors", ON_THE_WIRE, {"tried at their own time": signed})
    named = {"t0k": "bearer", "t": "bearer"}
    for number, case in cases.items():
        if case["scheme"] != "generic":
            continue
        auth = case["auth"]
        params: dict[str, Any] = {}
        if auth["type"] == "bearer":
            params = {"connection": connections[named[auth["token"]]]}
        elif auth["type"] == "basic":
            params = {"connection": connections["basic"]}
        elif auth["type"] == "ip":
            params = {"networks": auth["allow"]}
        flow = hook(attacked, number, **params)
        answer = attacked.hooks.request(
            case.get("method", "POST"),
            number,
            content=case.get("body", "{}").encode(),
            headers={"content-type": "application/json", **lower(case["headers"])},
        )
        runs = len(attacked.runs(flow))
        if case["expect"] == "accept":
            assert (number, answer.status_code, runs) == (number, 200, 1)
            assert "etc" not in answer.text  # a file's name is no path
        else:
            assert (number, answer.status_code in (401, 405), runs) == (number, True, 0)


def test_github_sends_an_event_twice(attacked: Attacked, connections: Mapping[str, str]) -> None:
    case = split("webhook_vectors", ["wh-063"], {"others": others("wh-063")})["wh-063"]
    flow = hook(attacked, "github", connection=connections["github"])
    headers = {"content-type": "text/plain", **lower(case["headers"])}
    for _ in range(case["sequence"]):
        answer = attacked.hooks.post("github", content=case["body"], headers=headers)
        assert answer.status_code == 200
    assert len(attacked.runs(flow)) == case["expect_runs"]


def test_more_calls_than_it_takes_are_told_when_to_come_back(attacked: Attacked) -> None:
    flow = hook(attacked, "often", most_per_minute=3)
    if time.time() % 60 > 55:
        time.sleep(60 - time.time() % 60)  # all within one minute of the clock
    answers = [attacked.hooks.post("often", json={}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 61
    assert len(attacked.runs(flow)) == 3


SHOP = "https://shop.example.com"


def test_a_page_may_call_only_where_it_is_named(attacked: Attacked) -> None:
    hook(attacked, "from-pages", origins=[SHOP])
    asking = {"access-control-request-method": "POST", "access-control-request-headers": "x-a"}
    asked = attacked.hooks.request("OPTIONS", "from-pages", headers={"origin": SHOP, **asking})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == SHOP
    assert asked.headers["access-control-allow-methods"] == "POST"
    assert asked.headers["access-control-allow-headers"] == "x-a"
    called = attacked.hooks.post("from-pages", json={}, headers={"origin": SHOP})
    assert called.headers["access-control-allow-origin"] == SHOP
    for origin in (
        "https://evil.example",
        "null",
        f"{SHOP}.evil.example",
        "http://shop.example.com",
    ):
        other = attacked.hooks.request(
            "OPTIONS", "from-pages", headers={"origin": origin, **asking}
        )
        assert not [name for name in other.headers if name.startswith("access-control")]
        called = attacked.hooks.post("from-pages", json={}, headers={"origin": origin})
        assert "access-control-allow-origin" not in called.headers
    assert "access-control-allow-credentials" not in asked.headers


def test_settings_that_cannot_work_are_named(attacked: Attacked) -> None:
    trigger = step("hook", "trigger.webhook", path="named", networks=["10.0.0.0/40"], origins=["x"])
    graph = {"format": "segue.flow/1", "nodes": [trigger], "edges": []}
    made = attacked.api.post("flows/", json={"name": "named", "graph": graph})
    draft: dict[str, Any] = attacked.api.get(f"flows/{made.json()['id']}/draft/").json()
    fields = {issue["field"]: issue["message"] for issue in draft["issues"]}
    assert "10.0.0.0/40" in fields["networks.0"]
    assert "web page" in fields["origins.0"]


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def others(*tried: str) -> list[str]:
    return [case["id"] for case in read("webhook_vectors") if case["id"] not in tried]


def test_no_secret_is_in_the_log(attacked: Attacked) -> None:
    log = "".join(p.read_text(errors="replace") for p in attacked.segue.data.rglob("*.log"))
    assert "hook.refused" in log
    assert not [secret for secret in ("t0k", "p:w", b64encode(KEY).decode()) if secret in log]


def test_the_answer_to_nobody_is_the_same_with_a_body_of_any_kind(
    attacked: Attacked, connections: Mapping[str, str]
) -> None:
    hook(attacked, "silent", connection=connections["bearer"])
    bodies = [b"", b"\xff\xfe", json.dumps({"a": "b" * 1000}).encode()]
    answers: list[httpx.Response] = [attacked.hooks.post("silent", content=b) for b in bodies]
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (401, answers[0].content)
    }
