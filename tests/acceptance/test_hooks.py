"""Other programs call a flow of a whole Segue; what is wrong is refused and starts nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import httpx
import pytest
import redis
from prometheus_client.parser import text_string_to_metric_families

from tests.support.live import LiveSegue
from tests.support.outside import Caller
from tests.support.programs import TOOL, heard_by_our_client, two_steps

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def caller(live_segue: LiveSegue) -> Iterator[Caller]:
    made = Caller(live_segue)
    yield made
    made.hooks.close()
    made.api.close()


def graph(path: str, *steps: Mapping[str, Any], **params: Any) -> dict[str, Any]:
    """A webhook and the steps that follow one another."""
    nodes = [step("hook", "trigger.webhook", path=path, **params), *steps]
    edges = [{"source": a["id"], "target": b["id"]} for a, b in pairwise(nodes)]
    return {"format": "segue.flow/1", "nodes": nodes, "edges": edges}


def step(key: str, type_name: str, **params: Any) -> dict[str, Any]:
    return {"id": key, "key": key, "type": type_name, "params": params}


ECHO = step("echo", "data.set", keep="none", fields=[{"name": "n", "value": "{{ input.body.n }}"}])
RESPOND = step("answer", "flow.respond", body={"got": "{{ hook.first.body.n }}"}, status=201)


def test_answered_at_once(caller: Caller) -> None:
    flow = caller.publish("At once", graph("at-once", ECHO))
    answer = caller.hooks.post("at-once", json={"n": 1})
    assert answer.status_code == 202
    run = caller.wait_over(flow, 1)[0]
    assert answer.json() == {"run": run["id"], "status": "queued"}


def test_answered_when_finished(caller: Caller) -> None:
    caller.publish("When finished", graph("finished", ECHO, answer="when_finished"))
    answer = caller.hooks.post("finished", json={"n": 2})
    assert (answer.status_code, answer.json()) == (200, [{"n": 2}])


def test_parts_of_an_address_that_change_come_along(caller: Caller) -> None:
    value = "{{ input.params.id }} {{ input.path }}"
    echo = step("echo", "data.set", keep="none", fields=[{"name": "got", "value": value}])
    caller.publish("Any order", graph("shop/{id}/paid", echo, answer="when_finished"))
    caller.publish("One order", graph("shop/special/paid", ECHO, answer="when_finished"))
    told = caller.hooks.post("shop/A 17/paid", json={}).json()
    assert told == [{"got": "A 17 shop/A 17/paid"}]
    exact = caller.hooks.post("shop/special/paid", json={"n": 1}).json()
    assert exact == [{"n": 1}], "the address that says it more exactly"
    assert caller.hooks.post("shop/7/shipped", json={}).status_code == 404
    _, revision = caller.draft("Taken", graph("shop/{number}/paid", ECHO))
    taken = caller.api.get("flows/").json()
    flow = next(flow["id"] for flow in taken["results"] if flow["name"] == "Taken")
    refused = caller.api.post(f"flows/{flow}/publish/", json={"revision": revision})
    assert "already belongs to another flow" in refused.text


def test_a_flow_calls_the_version_that_was_live_when_it_was_published(caller: Caller) -> None:
    other = {"nodes": [step("begin", "trigger.called"), step("say", "data.set", keep="none")]}
    other["edges"] = [{"source": "begin", "target": "say"}]

    def says(word: str) -> dict[str, Any]:
        fields = [{"name": "word", "value": word}]
        say = {**other["nodes"][1], "params": {"keep": "none", "fields": fields}}
        return {**other, "nodes": [other["nodes"][0], say]}

    callee = caller.publish("Said", says("old"))
    call = step("call", "flow.call", flow=callee)
    asks = caller.publish("Asks", graph("asks", call, answer="when_finished"))
    latest = step("call", "flow.call", flow=callee, which="latest")
    caller.publish("Asks the latest", graph("asks-latest", latest, answer="when_finished"))

    caller.publish_again(callee, says("new"))
    assert caller.hooks.post("asks", json={}).json() == [{"word": "old"}]
    assert caller.hooks.post("asks-latest", json={}).json() == [{"word": "new"}]
    caller.publish_again(
        asks, graph("asks", call, step("end", "data.limit"), answer="when_finished")
    )
    assert caller.hooks.post("asks", json={}).json() == [{"word": "new"}]


def test_answered_by_respond(caller: Caller) -> None:
    slow = step("wait", "flow.wait", seconds=2)
    caller.publish("By respond", graph("respond", RESPOND, slow, answer="by_respond"))
    began = time.monotonic()
    answer = caller.hooks.post("respond", json={"n": 3})
    assert (answer.status_code, answer.json()) == (201, {"got": 3})
    assert time.monotonic() - began < 2


def test_files_come_in_and_are_fetched(caller: Caller) -> None:
    flow = caller.publish("Files", graph("files", step("limit", "data.limit"), max_files_mb=1))
    photo = b"\x89PNG\r\n\x1a\n" + b"x" * 300_000
    form: dict[str, Any] = {
        "photo": ("../me.png", photo, "text/html"),
        "list": ("l.csv", b"n,v\n1,2"),
    }
    caller.hooks.post("files", data={"to": "Ada"}, files=form)
    caller.hooks.post("files", content=photo, headers={"content-type": "image/png"})
    too_large = caller.hooks.post("files", files={"f": ("a.bin", b"x" * 1_000_001)})
    assert (too_large.status_code, "larger than" in too_large.json()["message"]) == (413, True)
    raw, sent = caller.wait_over(flow, 2)
    (item,) = caller.api.get(f"runs/{sent['id']}/").json()["input"]
    assert item["json"]["body"] == {"to": "Ada", "photo": "me.png", "list": "l.csv"}
    assert [file["name"] for file in item["files"]] == ["me.png", "l.csv"]
    (item,) = caller.api.get(f"runs/{raw['id']}/").json()["input"]
    assert (item["json"]["body"], item["files"][0]["media_type"]) == (None, "image/png")
    for run in (raw, sent):
        fetched = caller.api.get(f"runs/{run['id']}/files/{item['files'][0]['sha256']}/?step=hook")
        assert fetched.content == photo
        assert "attachment" in fetched.headers["content-disposition"]


JSON = {"content-type": "application/json"}
REFUSED = [
    ("a wrong method", "DELETE", {"content": b"{}", "headers": JSON}, 405, "does not take DELETE"),
    (
        "a wrong content type",
        "POST",
        {"content": b"x", "headers": {"content-type": "image/png"}},
        415,
        "",
    ),
    ("broken JSON", "POST", {"content": b'{"n": ', "headers": JSON}, 400, "JSON"),
    ("a body over the limit", "POST", {"content": b" " * 3000, "headers": JSON}, 413, ""),
]


@pytest.fixture(scope="module")
def strict(caller: Caller) -> str:
    """A flow that takes at most 2 kB by POST."""
    return caller.publish("Strict", graph("strict", ECHO, max_body_kb=2, max_files_mb=0))


@pytest.mark.parametrize(("what", "method", "call", "status", "said"), REFUSED)
def test_a_bad_call_is_refused_with_a_sentence_and_starts_nothing(
    caller: Caller,
    strict: str,
    what: str,
    method: str,
    call: dict[str, Any],
    status: int,
    said: str,
) -> None:
    answer = caller.hooks.request(method, "strict", **call)
    assert answer.status_code == status, what
    assert said in answer.json()["message"]
    assert len(answer.json()["message"].split()) >= 4
    assert caller.runs(strict) == []


def test_an_unknown_path_is_refused(caller: Caller) -> None:
    answer = caller.hooks.post("nobody-is-here", json={})
    assert answer.status_code == 404
    assert "No flow answers at this address" in answer.json()["message"]


def test_an_unpublished_and_a_switched_off_flow_say_so(caller: Caller) -> None:
    flow, revision = caller.draft("Hidden", graph("hidden", ECHO))
    answer = caller.hooks.post("hidden", json={})
    assert answer.status_code == 404
    caller.api.post(f"flows/{flow}/publish/", json={"revision": revision})
    assert caller.api.patch(f"flows/{flow}/", json={"live": False}).status_code == 200
    answer = caller.hooks.post("hidden", json={})
    assert answer.status_code == 404
    assert "switched off" in answer.json()["message"]
    assert caller.runs(flow) == []


def test_fifty_calls_with_one_key_are_one_run(caller: Caller) -> None:
    flow = caller.publish("Once", graph("once", ECHO))

    def call(body: int) -> httpx.Response:
        headers = {"Idempotency-Key": "order-7"}
        return caller.hooks.post("once", json={"n": body}, headers=headers)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(call, [1] * 50))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["run"] for answer in answers}) == 1
    assert call(2).status_code == 422
    assert len(caller.wait_over(flow, 1)) == 1


def test_a_flow_takes_one_call_for_each_customer_and_refuses_more(caller: Caller) -> None:
    settings = {"at_once": 1, "at_once_by": "{{ input.body.customer }}", "when_busy": "reject"}
    pause = step("wait", "flow.wait", seconds=3)
    flow = caller.publish("One each", {**graph("one-each", pause), "settings": settings})

    def call(customer: str) -> httpx.Response:
        return caller.hooks.post("one-each", json={"customer": customer})

    assert [call("ann").status_code, call("bob").status_code] == [202, 202]
    refused = call("ann")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "5"
    assert "while others are under way" in refused.json()["message"]
    assert len(caller.wait_over(flow, 2)) == 2
    assert call("ann").status_code == 202


def test_a_queued_run_says_what_it_waits_for(caller: Caller) -> None:
    pause = step("wait", "flow.wait", seconds=4)
    flow = caller.publish("In turn", {**graph("in-turn", pause), "settings": {"at_once": 1}})
    runs = [caller.hooks.post("in-turn", json={}).json()["run"] for _ in range(2)]
    until = time.monotonic() + 20  # a busy worker may still have to take the first one
    while caller.api.get(f"runs/{runs[0]}/").json()["status"] == "queued":
        assert time.monotonic() < until
        time.sleep(0.1)
    why = caller.api.get(f"runs/{runs[1]}/").json()["why"]
    assert why == "It waits until another run is over: the flow's settings allow 1 at once."
    caller.wait_over(flow, 2)


def test_runs_go_on_when_the_broker_forgets_everything(caller: Caller) -> None:
    flow = caller.publish("Forgetful", graph("forgetful", step("wait", "flow.wait", seconds=0.2)))
    url = broker_url(caller.segue)
    with ThreadPoolExecutor(8) as pool, redis.Redis.from_url(url) as broker:
        calls = [pool.submit(caller.hooks.post, "forgetful", json={"n": n}) for n in range(20)]
        for _ in range(10):
            broker.flushall()
            time.sleep(0.02)
        assert {call.result().status_code for call in calls} == {202}
    assert len(caller.wait_over(flow, 20)) == 20


def test_one_address_shows_web_server_worker_and_queue(caller: Caller) -> None:
    caller.publish("counted", graph("counted", answer="when_finished"))
    assert caller.hooks.post("counted", json={}).status_code == 200
    wanted = {
        ("segue_webhook_answers_total", "200"),
        ("segue_runs_accepted_total", "live webhook"),
        ("segue_runs_finished_total", "live succeeded webhook"),
        ("segue_hints_total", "sent"),
        ("segue_commit_seconds_count", ""),
        ("segue_workers", ""),
        ("segue_runs", "queued"),
    }
    until = time.monotonic() + 10
    while True:
        answer = caller.api.get(f"{caller.segue.base_url}/metrics")
        assert answer.status_code == 200, answer.text
        missing = wanted - {
            (sample.name, " ".join(value for _, value in sorted(sample.labels.items())))
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }
        if not missing:
            break
        assert time.monotonic() < until, f"{missing}\n{answer.text}"
        time.sleep(0.2)
    assert httpx.get(f"{caller.segue.base_url}/metrics").status_code == 401


def test_runs_go_on_when_the_worker_is_killed(caller: Caller) -> None:
    steps = (step("one", "flow.wait", seconds=1.5), step("two", "flow.wait", seconds=0.5))
    flow = caller.publish("Killed", graph("killed", *steps, ECHO_AFTER))
    for n in range(5):
        assert caller.hooks.post("killed", json={"n": n}).status_code == 202
    time.sleep(0.7)
    caller.segue.kill("worker")
    assert len(caller.wait_over(flow, 5)) == 5


ECHO_AFTER = step("echo", "data.set", fields=[{"name": "n", "value": "{{ hook.body.n }}"}])
TWO_SETS = (step("a", "data.set"), step("b", "data.set"))
WRONG: dict[str, tuple[Sequence[Mapping[str, Any]], list[dict[str, str]], str, str | None]] = {
    "a missing param": ([step("call", "http.request")], [], "call", "url"),
    "a dead reference": (
        [step("say", "flow.respond", body="{{ nobody.name }}")],
        [],
        "say",
        "body",
    ),
    "a cycle without a Repeat": (TWO_SETS, [{"source": "b", "target": "a"}], "a", "wires"),
    "two steps of one key": (
        [step("a", "data.set"), {**step("a", "data.set"), "id": "a2"}],
        [],
        "a",
        "key",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_publishing_refuses_and_names_step_and_field(caller: Caller, what: str) -> None:
    steps, edges, key, field = WRONG[what]
    broken = graph(f"wrong-{len(what)}", *steps)
    broken["edges"] = [*broken["edges"], *edges]
    flow, revision = caller.draft(what, broken)
    answer = caller.api.post(f"flows/{flow}/publish/", json={"revision": revision})
    assert answer.status_code == 422
    named = [(i["key"], i["field"]) for i in answer.json()["issues"] if i["severity"] == "error"]
    assert (key, field) in named
    assert caller.hooks.post(f"wrong-{len(what)}", json={}).status_code == 404


def broker_url(segue: LiveSegue) -> str:
    """Where its own broker listens, as its settings file tells."""
    lines = (segue.data / "broker" / "server.conf").read_text().splitlines()
    settings = dict(line.split(" ", 1) for line in lines if " " in line)
    return f"redis://:{settings['requirepass']}@127.0.0.1:{settings['port']}/0"


def test_a_flow_is_a_tool_for_our_own_client(caller: Caller) -> None:
    caller.publish("Orders", two_steps("trigger.tool", TOOL, ("found", "{{ start.number }}: sent")))
    token = caller.segue.token()
    tools, good, bad = asyncio.run(heard_by_our_client(caller.segue.base_url, token))
    (tool,) = tools
    assert tool["name"] == "find_order"
    assert tool["inputSchema"]["properties"] == {
        "number": {"type": "string", "description": "Such as A-17"}
    }
    assert good["structuredContent"]["found"] == "A-17: sent"
    assert json.loads(good["content"][0]["text"])["found"] == "A-17: sent"
    assert bad["isError"] is True


def test_a_chat_flow_is_a_model_for_programs_that_speak_as_to_openai(caller: Caller) -> None:
    chat = {"path": "shop-help", "as_model": True}
    caller.publish("Help", two_steps("trigger.chat", chat, ("text", "You said: {{ start.text }}")))
    key = {"Authorization": f"Bearer {caller.segue.token()}"}
    body: dict[str, Any] = {
        "model": "shop-help",
        "messages": [{"role": "system", "content": "Hi"}, {"role": "user", "content": "Hello"}],
    }
    with httpx.Client(base_url=f"{caller.segue.base_url}/v1/", headers=key, timeout=60) as v1:
        assert [m["id"] for m in v1.get("models").json()["data"]] == ["shop-help"]
        whole = v1.post("chat/completions", json=body)
        assert whole.status_code == 200, whole.text
        choice = whole.json()["choices"][0]
        assert choice["message"] == {"role": "assistant", "content": "You said: Hello"}
        assert whole.json()["usage"]["total_tokens"] == 0
        streamed = v1.post("chat/completions", json={**body, "stream": True})
    assert streamed.headers["content-type"] == "text/event-stream"
    lines = [line.removeprefix("data: ") for line in streamed.text.split("\n\n") if line]
    assert lines.pop() == "[DONE]"
    deltas = [json.loads(line)["choices"][0]["delta"] for line in lines]
    assert "".join(delta.get("content", "") for delta in deltas) == "You said: Hello"
