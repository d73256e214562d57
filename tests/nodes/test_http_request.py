"""The HTTP step over a real server: bodies, answers, failures and how they are tried again."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from runtime.network.guard import Guard
from runtime.nodes.network.http_request import body_of
from runtime.sdk import HttpReply, Item, Json
from runtime.sdk.statuses import retry_after
from runtime.testing import PlainFiles, QuietWorld
from tests.support.http import BriefClient
from tests.support.one_step import run_node


class Handler(BaseHTTPRequestHandler):
    """Fails as often as the path says, then tells what it got."""

    calls: dict[str, list[dict[str, Any]]] = {}

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = self.calls.setdefault(self.path, [])
        seen.append({"headers": headers, "body": body})
        _, _, status, times = (*self.path.split("?")[0].split("/"), "", "")[:4]
        failing = status.isdigit() and len(seen) <= int(times or 1_000)
        answer = {"message": "not now"} if failing else {"method": self.command, **seen[-1]}
        content = json.dumps(answer).encode()
        self.send_response(int(status) if failing else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if failing:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        self.handle_any()

    def do_POST(self) -> None:
        self.handle_any()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{running.server_port}"
        running.shutdown()


def request(server: str, path: str, policy: dict[str, Any] | None = None, **params: Any) -> Any:
    world = QuietWorld(http=BriefClient(Guard(frozenset({server}))))
    settings = {"url": f"http://{server}{path}", **params}
    items: list[Json] = [{"id": 7, "sku": "A"}]
    return run_node("http.request", settings, items, world=world, policy=policy)


def test_a_json_body_and_the_same_idempotency_key_on_every_try(server: str) -> None:
    result, out = request(
        server,
        "/flaky/503/2",
        {"retry": {"attempts": 4, "delay_seconds": 0.01, "jitter": "none"}},
        method="POST",
        body="json",
        json_body={"sku": "{{ input.sku }}"},
    )
    assert result.status == "succeeded"
    assert out["out"][0]["body"]["body"] == '{"sku":"A"}'
    calls = Handler.calls["/flaky/503/2"]
    assert len(calls) == 3
    assert len({call["headers"]["idempotency-key"] for call in calls}) == 1
    assert {call["headers"]["content-type"] for call in calls} == {"application/json"}


def test_numbers_in_rows_are_written_out(server: str) -> None:
    _, out = request(server, "/rows", query=[{"name": "id", "value": "{{ input.id }}"}])
    assert Handler.calls["/rows?id=7"]
    assert out["out"][0]["status"] == 200
    assert "idempotency-key" not in out["out"][0]["body"]["headers"]


def test_a_form(server: str) -> None:
    form = [{"name": "a b", "value": "{{ input.id }}"}]
    _, out = request(server, "/form", method="POST", body="form", form_body=form)
    assert out["out"][0]["body"]["body"] == "a+b=7"


@pytest.mark.parametrize(
    ("status", "kind", "tries"),
    [(404, "status_4xx", 1), (429, "status_429", 2), (503, "status_5xx", 2)],
)
def test_bad_statuses_by_class(server: str, status: int, kind: str, tries: int) -> None:
    policy = {"retry": {"attempts": 2, "delay_seconds": 0.01}}
    result, _ = request(server, f"/always/{status}", policy)
    assert result.status == "failed"
    assert isinstance(result.error, dict)
    assert result.error["class"] == kind
    assert "not now" in str(result.error["message"])
    assert len(Handler.calls[f"/always/{status}"]) == tries


def test_a_bad_status_can_be_looked_at_instead(server: str) -> None:
    result, out = request(server, "/look/404", fail_on_status=False)
    assert result.status == "succeeded"
    assert out["out"][0]["status"] == 404


def test_a_failing_item_takes_the_error_exit(server: str) -> None:
    result, out = request(server, "/exit/404", {"on_error": "error_port"})
    assert result.status == "succeeded"
    assert out["error"]


def test_an_inner_address_is_refused_without_a_second_try() -> None:
    world = QuietWorld(http=BriefClient(Guard()))
    result, _ = run_node("http.request", {"url": "http://169.254.169.254/"}, world=world)
    assert result.status == "failed"
    assert len(result.journal.attempts()) == 1


def test_retry_after_is_a_number_or_a_date() -> None:
    assert retry_after("12", 0) == 12
    assert retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 10) == 50
    assert retry_after("soon", 0) is None
    assert retry_after("-3", 0) is None


def test_what_a_body_is_read_as() -> None:
    def read(content: bytes, kind: str, read_as: str = "auto") -> Any:
        return body_of(HttpReply(200, {"content-type": kind}, content, "http://x/"), read_as)

    assert read(b'{"a":1}', "application/problem+json; charset=utf-8") == {"a": 1}
    assert read(b'{"a":1}', "text/plain") == '{"a":1}'
    assert read("ä".encode("latin-1"), "text/plain; charset=latin-1") == "ä"
    assert read(b"\xff\xfe", "image/png") == "//4="
    assert read(b"", "application/json") is None
    assert read(b"[1]", "text/plain", "json") == [1]


def test_files_are_sent_and_fetched(server: str) -> None:
    files = PlainFiles()
    item = Item({"id": 7}, [files.put("a.txt", b"alpha"), files.put('b".csv', b"n,v")])
    world = QuietWorld(http=BriefClient(Guard(frozenset({server}))), files=files)

    def sent(path: str, **params: Any) -> Any:
        settings = {"url": f"http://{server}{path}", "method": "POST", **params}
        return run_node("http.request", settings, [item], world=world)

    sent("/raw", body="file", file="a.txt")
    call = Handler.calls["/raw"][0]
    assert (call["body"], call["headers"]["content-type"]) == ("alpha", "text/plain")
    form = [{"name": "x", "value": "{{ input.id }}"}]
    sent("/multi", body="multipart", form_body=form, files_field="doc")
    call = Handler.calls["/multi"][0]
    boundary = call["headers"]["content-type"].partition("boundary=")[2]
    parts = call["body"].split(f"--{boundary}")
    assert len(parts) == 5
    assert 'name="x"' in parts[1]
    assert 'name="doc"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nalpha' in parts[2]
    result, out = sent("/answers/data.json?x=1", response="file", method="GET")
    assert out["out"][0]["body"] is None
    (step,) = [s for s in result.journal.steps() if s.node == "x"]
    assert b'"name":"data.json","media_type":"application/json"' in step.output
