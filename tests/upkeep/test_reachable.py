"""How others reach Segue: what is said of it, and which address links show."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client, RequestFactory

from builder.launch.programs import seen_from_outside
from builder.services.addresses import public_url
from builder.services.reachability import Situation, answer_for, check_address, judge
from tests.support.people import Place, browser

LOCAL, NEAR, FAR = "http://127.0.0.1:8000", "http://192.168.1.5:8000", "https://flows.example.com"


@pytest.mark.parametrize(
    ("seen", "bad"),
    [
        (Situation(LOCAL), ["Only this computer"]),
        (Situation("http://localhost:8000"), ["Only this computer"]),
        (Situation("http://[::1]:8000"), ["Only this computer"]),
        (Situation(NEAR), ["not encrypted", "Links show the address a page"]),
        (Situation("http://nas.local", given="http://nas.local"), ["not encrypted"]),
        (Situation(FAR, given=FAR), []),
        (Situation(FAR, given=FAR, behind_proxy=True, forwarded=True), []),
        (Situation(FAR, given=FAR, forwarded=True), ["Segue was not told"]),
        (Situation(FAR, given=FAR, behind_proxy=True), ["without a proxy"]),
        (Situation(LOCAL, given=FAR), ["you came by http://127.0.0.1:8000"]),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(seen: Situation, bad: list[str]) -> None:
    found = [finding for finding in judge(seen) if not finding.good]
    assert len(found) == len(bad)
    for finding, words in zip(found, bad, strict=True):
        assert words in finding.what
        assert finding.do


@pytest.mark.parametrize(
    ("given", "shown"), [("", "http://192.168.1.5:8000"), (FAR, FAR)], ids=["as opened", "as told"]
)
def test_links_show_the_address_that_works(settings: Any, given: str, shown: str) -> None:
    settings.PUBLIC_URL, settings.PUBLIC_URL_GIVEN = given or LOCAL, bool(given)
    assert public_url(RequestFactory().get("/", headers={"Host": "192.168.1.5:8000"})) == shown


def test_a_server_for_all_knows_an_address_others_can_use() -> None:
    assert seen_from_outside("127.0.0.1") == "127.0.0.1"
    assert seen_from_outside("0.0.0.0") not in ("0.0.0.0", "")


def test_only_questions_of_our_own_are_answered(db: None) -> None:
    assert answer_for("made-up") is None
    assert Client().get("/reachable/made-up/").status_code == 404


@contextmanager
def answering(status: int, respond: bool) -> Iterator[str]:
    """A server at which an address may lead: this Segue's answer, or another one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.path.strip("/").split("/")[-1]
            said = (answer_for(asked) or "") if respond else "hello"
            self.send_response(status)
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, format: str, *args: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_address_is_checked_by_asking_there(free_port: int) -> None:
    with answering(200, True) as address:
        assert check_address(address).good
    with answering(200, False) as address:
        assert "Something else answers" in check_address(address).what
    with answering(502, False) as address:
        assert "status 502" in check_address(address).what
    assert "Nothing answered" in check_address(f"http://127.0.0.1:{free_port}").what


def test_admins_see_the_page(place: Place) -> None:
    assert browser(place.people["editor"]).get("/admin/reachable/").status_code == 403
    page = browser(place.people["admin"]).get("/admin/reachable/").content.decode()
    assert "http://testserver" in page
    assert "SEGUE_BEHIND_PROXY=1" in page
