"""Calls from outside that mean harm: refused in words, or taken as the data they are."""

import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.security.conftest import Attacked, step

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
PARTS = {"content-type": "multipart/form-data; boundary=b"}


@pytest.fixture(scope="module")
def echo(attacked: Attacked) -> str:
    """A flow that answers with what it was called with."""
    hook = step("hook", "trigger.webhook", path="echo", methods=["POST"], answer="when_finished")
    return attacked.publish("Echo", hook)


@dataclass(frozen=True)
class Call:
    """A call and how it ends: with a status and a word of the sentence, or with a body as data."""

    status: int
    says: str = ""
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b"{}"
    path: str = "echo"
    method: str = "POST"


def send(status: int, says: str, content: bytes, kind: dict[str, str] = JSON) -> Call:
    return Call(status, says, None, tuple(kind.items()), content)


def taken(body: Any, content: bytes, kind: dict[str, str] = JSON) -> Call:
    return Call(200, "", body, tuple(kind.items()), content)


CALLS: dict[str, Call] = {
    "a hundred thousand levels": send(400, "nested", b"[" * 100_000),
    "a few levels too many": send(400, "nested", b"[" * 102 + b"]" * 102),
    "a number of 5,000 digits": send(400, "too many digits", b"9" * 5000),
    "a number of 30 digits": send(400, "too many digits", b"9" * 30),
    "a number without end": send(400, "too large", b"[1e400]"),
    "NaN": send(400, "not a number", b"[NaN]"),
    "half a character": send(400, "Unicode", b'{"a": "\\ud800"}'),
    "half a character as a name": send(400, "Unicode", b'{"\\udc00": 1}'),
    "bytes that are no text": send(400, "UTF-8", b'{"a": "\xff"}'),
    "a form that is no text": send(400, "form", b"a=%ff", FORM),
    "a form of 5,000 fields": send(400, "form", b"a=1&" * 5000, FORM),
    "parts without a boundary": send(400, "form", b"x", {"content-type": "multipart/form-data"}),
    "parts that break off": send(400, "form", b"--b\r\nContent-Disposition: form", PARTS),
    "a claimed file path as JSON": taken(
        {"files": [{"filepath": "/etc/passwd"}]},
        b'{"files": [{"filepath": "/etc/passwd"}]}',
    ),
    "a name that means something to JavaScript": taken(
        {"__proto__": {"admin": True}}, b'{"__proto__": {"admin": true}}'
    ),
    "a name twice: the last one counts": taken({"a": 2}, b'{"a": 1, "a": 2}'),
    "a null character in a text": taken({"a": "\x00"}, b'{"a": "\\u0000"}'),
    "a template": taken({"a": "{{ hook.headers }}"}, b'{"a": "{{ hook.headers }}"}'),
    "another character set": taken({}, b"{}", {"content-type": "application/json; charset=utf-16"}),
    "a path that climbs": Call(404, "address", path="x/%2e%2e/echo"),
    "a path decoded twice": Call(404, "address", path="%2565cho"),
    "a null character in the path": Call(404, "address", path="echo%00"),
    "a path of other letters": Call(404, "address", path="%ed%a0%80cho"),
    "a path without end": Call(404, "address", path="echo/" + "a" * 3000),
    "an empty path": Call(404, "address", path=""),
    "more values than anybody needs": Call(400, "too many values", path="echo?" + "a=1&" * 5000),
    "a key that is none": Call(400, "key", headers=(("Idempotency-Key", "a b"),)),
    "a key without end": Call(400, "key", headers=(("Idempotency-Key", "a" * 5000),)),
    "another method in disguise": Call(
        405, "POST", method="GET", headers=(("X-HTTP-Method-Override", "POST"),)
    ),
    "a method nobody knows": Call(405, "POST", method="BREW"),
}  # fmt: skip


@pytest.mark.parametrize("what", CALLS)
def test_a_hostile_call(attacked: Attacked, echo: str, what: str) -> None:
    call = CALLS[what]
    before = len(attacked.runs(echo))
    url = httpx.URL(f"{attacked.segue.base_url}/hooks/{call.path}")
    answer = attacked.hooks.request(
        call.method, url, headers=dict(call.headers), content=call.content
    )
    assert answer.status_code == call.status, answer.text
    said = answer.json()
    if call.status == 200:
        assert said[0]["body"] == call.body
    else:
        assert call.says in said["message"]
        assert "Traceback" not in answer.text
        assert "sys." not in answer.text
        assert len(attacked.runs(echo)) == before


def test_two_long_keys_that_differ_at_their_end_are_two(attacked: Attacked, echo: str) -> None:
    runs = [
        attacked.hooks.post("echo", json={}, headers={"Idempotency-Key": "k" * 199 + end})
        for end in "12"
    ]
    assert len({answer.headers["x-segue-run"] for answer in runs}) == 2


def test_secrets_of_the_caller_are_not_kept(attacked: Attacked, echo: str) -> None:
    headers = {"Authorization": "Bearer caller", "Cookie": "a=caller", "X-Other": "kept"}
    answer = attacked.hooks.post("echo", json={}, headers=headers)
    assert "caller" not in answer.text
    assert answer.json()[0]["headers"]["x-other"] == "kept"


# What a flow answers ------------------------------------------------------------------------

PAGE = "<script>document.title = document.cookie</script>"
OURS = (
    "Set-Cookie2", "Clear-Site-Data", "Connection", "Content-Length", "Content-Security-Policy",
    "Service-Worker-Allowed", "Strict-Transport-Security", "Transfer-Encoding", "Upgrade",
    "X-Content-Type-Options",
)  # fmt: skip


@pytest.fixture(scope="module")
def pages(attacked: Attacked) -> None:
    """A flow whose page its caller decides: body, status and one header."""
    respond = step(
        "say",
        "flow.respond",
        body="{{ hook.body.page }}",
        status="{{ hook.body.status }}",
        headers=[{"name": "{{ hook.body.name }}", "value": "{{ hook.body.value }}"}],
    )
    hook = step("hook", "trigger.webhook", path="page", answer="by_respond")
    attacked.publish("Page", hook, respond)


def page(attacked: Attacked, name: str, value: str, status: int = 200) -> httpx.Response:
    body = {"page": PAGE, "name": name, "value": value, "status": status}
    return attacked.hooks.post("page", json=body)


@pytest.mark.usefixtures("pages")
def test_a_page_of_a_flow_is_nobody_on_this_server(attacked: Attacked) -> None:
    answer = page(attacked, "Content-Type", "text/html")
    assert (answer.text, answer.headers["content-type"]) == (PAGE, "text/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox")
    assert "allow-same-origin" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(
    "kind", ["text/javascript", "application/x-ecmascript", "application/wasm"]
)
def test_a_flow_serves_no_script_that_own_pages_could_load(attacked: Attacked, kind: str) -> None:
    answer = page(attacked, "Content-Type", kind)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("name", ["Set-Cookie", *OURS])
def test_what_acts_on_the_whole_address_is_not_a_flows_to_set(
    attacked: Attacked, name: str
) -> None:
    answer = page(attacked, name, "evil")
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert "evil" not in str(answer.headers)


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bad name", "x"),
        ("x:y", "x"),
        ("\u00fc", "x"),
        ("a" * 300, "x"),
        ("X-A", "a\r\nSet-Cookie: evil=1"),
        ("X-A", "\u20ac\u2028\x00"),
        ("Location", "https://elsewhere.example/"),
    ],
)
def test_a_header_cannot_break_the_answer(attacked: Attacked, name: str, value: str) -> None:
    answer = page(attacked, name, value)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert "set-cookie" not in answer.headers


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_has_no_body_sends_none(attacked: Attacked, status: int) -> None:
    answer = page(attacked, "X-A", "b", status)
    assert (answer.status_code, answer.content) == (status, b"")


# Who called: see test_who_may_call.py -----------------------------------------------------------


def test_a_wait_is_ended_by_its_token_only(attacked: Attacked) -> None:
    base = f"{attacked.segue.base_url}/api/waits"
    for token in ("x" * 43, "%25", "..%2f", "a" * 3000, json.dumps({"$ne": 1})):
        assert httpx.post(f"{base}/{token}/", json={}).status_code == 404
    assert httpx.post(f"{base}/%00/", json={}).status_code == 400
