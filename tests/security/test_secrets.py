"""A planted secret is used, echoed, refused and exported; then all that Segue kept is searched."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.security.conftest import Attacked, step

SECRET = "canary/9b1c+5e&7<f"  # holds what URLs, HTML, PHP and .NET write in their own ways
FORMS = (
    SECRET,
    quote(SECRET, safe=""),
    base64.b64encode(SECRET.encode()).decode(),
    SECRET.replace("/", "\\/"),
)


class Echo(BaseHTTPRequestHandler):
    """Says what it was sent, in the way and with the status that the path names."""

    def do_GET(self) -> None:
        sent = str(self.headers.get("Authorization"))
        way = self.path.strip("/").split("?")[0]
        text = {
            "php": json.dumps({"message": sent}).replace("/", "\\/"),
            "net": json.dumps({"message": sent})
            .replace("+", "\\u002B")
            .replace("&", "\\u0026")
            .replace("<", "\\u003C"),
            "go": json.dumps({"message": sent}).replace("&", "\\u0026").replace("<", "\\u003c"),
            "base64": json.dumps({"message": base64.b64encode(sent[7:].encode()).decode()}),
            "url": json.dumps({"message": quote(sent, safe="")}),
        }.get(way, json.dumps({"message": sent}))
        self.send_response(418 if way == "fails" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Echo", sent)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


WAYS = ("plain", "php", "net", "go", "base64", "url", "fails")


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def used(attacked: Attacked, echo: str) -> list[str]:
    """Everything the API tells after runs that used the connection in every way."""
    body = {
        "name": "Canary",
        "type": "http.bearer",
        "secret": {"token": SECRET},
        "allowed_hosts": ["127.0.0.1"],
    }
    made = attacked.api.post("credentials/", json=body)
    assert made.status_code == 201, made.text
    credential = made.json()["id"]
    told = [made.text, attacked.api.get("credentials/").text]
    told.append(attacked.api.patch(f"credentials/{credential}/", json={"name": "C2"}).text)
    told.append(attacked.api.post(f"credentials/{credential}/test/").text)
    for way in WAYS:
        call = step("call", "http.request", url=f"{echo}/{way}", credential=credential)
        flow = attacked.publish(f"Secret {way}", step("start", "trigger.manual"), call)
        told += _run(attacked, flow)
        told.append(attacked.api.get(f"flows/{flow}/export/").text)
    return told


def _run(attacked: Attacked, flow: str) -> list[str]:
    begun = attacked.api.post(f"flows/{flow}/run/", json={"wait": True})
    assert begun.status_code == 200, begun.text
    run = begun.json()["run"]["id"]
    places = ("", "steps/", "steps/call/data/")
    told = [begun.text, *(attacked.api.get(f"runs/{run}/{place}").text for place in places)]
    with attacked.api.stream("GET", f"runs/{run}/events/") as events:
        told.append("".join(events.iter_text()))
    assert "call" in told[-1]
    return told


def _leaks(text: str) -> list[str]:
    """The forms in which the secret is in a text, read as JSON where it is such."""
    found = [form for form in FORMS if form in text]
    try:
        plain = json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return found
    return found + [form for form in FORMS if form in plain]


def test_the_api_never_tells_a_secret(used: list[str]) -> None:
    assert [(leak, text[:200]) for text in used for leak in _leaks(text)] == []
    assert any("\u2022\u2022\u2022" in text for text in used)  # it was there, and was masked


def test_neither_files_nor_logs_hold_a_secret(attacked: Attacked, used: list[str]) -> None:
    leaks: list[tuple[str, str]] = []
    for path in attacked.segue.data.rglob("*"):
        if path.is_file() and "static" not in path.parts:
            content = path.read_bytes()
            leaks += [(path.name, form) for form in FORMS if form.encode() in content]
    assert leaks == []
    assert SECRET not in "\n".join(attacked.segue.said)


def test_a_secret_stays_with_its_hosts(attacked: Attacked, echo: str, used: list[str]) -> None:
    credential = attacked.api.get("credentials/").json()["results"][0]["id"]
    elsewhere = echo.replace("127.0.0.1", "localhost")
    call = step("call", "http.request", url=f"{elsewhere}/plain", credential=credential)
    flow = attacked.publish("Elsewhere", step("start", "trigger.manual"), call)
    told = "".join(_run(attacked, flow))
    assert "may not be sent to" in told or "not an address on the public internet" in told
    wider = {"allowed_hosts": ["127.0.0.1", "localhost"]}
    refused = attacked.api.patch(f"credentials/{credential}/", json=wider)
    assert (refused.status_code, "secret again" in refused.json()["message"]) == (400, True)


def test_a_link_signs_in_once(attacked: Attacked) -> None:
    link = attacked.segue.login_link

    def press() -> Any:
        with httpx.Client(timeout=30) as browser:
            token = browser.get(link).text.partition('name="csrfmiddlewaretoken" value="')[2]
            form = {"csrfmiddlewaretoken": token.partition('"')[0]}
            answer = browser.post(link, data=form, headers={"Referer": link})
            return answer, browser.cookies

    first, cookies = press()
    assert (first.status_code, "segue_session" in cookies) == (302, True)
    session = next(c for c in first.headers.get_list("set-cookie") if c.startswith("segue_session"))
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session
    second, cookies = press()
    assert (second.status_code, "segue_session" in cookies) == (403, False)
    began = time.monotonic()
    assert httpx.get(link).status_code == 410
    assert time.monotonic() - began < 5
