"""The search step over a real server that answers as each service does."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from runtime.network.guard import Guard
from runtime.registry import registry
from runtime.searching.results import day_of, words
from runtime.testing import QuietWorld
from tests.support.http import BriefClient
from tests.support.one_step import run_node

FEED = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry>
<id>http://arxiv.org/abs/2601.1</id><title>Small
 things</title><summary> We look. </summary><published>2026-01-02T03:04:05Z</published>
</entry></feed>"""
BOMB = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><feed>&c;</feed>'
CROSSREF = {
    "title": ["Small <i>things</i>"],
    "URL": "https://doi.org/1",
    "abstract": "<jats:p>We &amp; they look.</jats:p>",
    "issued": {"date-parts": [[2026, 1]]},
    "container-title": ["A journal"],
}
OPENALEX = {
    "display_name": "Small things",
    "doi": "https://doi.org/1",
    "publication_date": "2026-01-02",
    "abstract_inverted_index": {"look.": [1], "We": [0]},
    "primary_location": {"source": {"display_name": "A journal"}},
}
BRAVE = {
    "title": "Small <strong>things</strong>",
    "url": "https://a.test/",
    "description": "We look.",
    "page_age": "2026-01-02T00:00:00",
    "profile": {"name": "A"},
}
TAVILY = {
    "title": "Small things",
    "url": "https://a.test/",
    "content": "We look.",
    "published_date": "Fri, 02 Jan 2026 03:04:05 GMT",
}
SEARXNG = {"title": "Small things", "url": "https://a.test/", "content": "We look."}
ANSWERS: dict[str, Any] = {
    "/search GET": {"results": [SEARXNG, {"title": "Bad", "url": "javascript:alert(1)"}]},
    "/search POST": {"results": [TAVILY]},
    "/res/v1/web/search GET": {"web": {"results": [BRAVE]}},
    "/alex/works GET": {"results": [OPENALEX, {"id": "https://openalex.org/W1"}]},
    "/ref/works GET": {"message": {"items": [CROSSREF, {"title": []}]}},
    "/api/query GET": FEED,
    "/bomb/api/query GET": BOMB,
    "/odd/works GET": {"results": {"a": 1}},
    "/list/works GET": [],
}


class Handler(BaseHTTPRequestHandler):
    asked: list[tuple[str, dict[str, Any]]] = []

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        sent = json.loads(body) if body else {n: v[0] for n, v in parse_qs(address.query).items()}
        self.asked.append((address.path, sent))
        found = ANSWERS[f"{address.path} {self.command}"]
        content = (found if isinstance(found, str) else json.dumps(found)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{running.server_port}"
        running.shutdown()


def search(server: str, place: str, path: str = "", query: str = "small things") -> Any:
    Handler.asked.clear()
    params = {"query": query, "place": place, "address": f"http://{server}{path}", "limit": 5}
    world = QuietWorld(http=BriefClient(Guard(frozenset({server}))))
    policy = {"retry": {"attempts": 1}}
    result, outputs = run_node("network.search", params, [{}], world=world, policy=policy)
    return outputs["out"] if result.status == "succeeded" else result.reason


def item(url: str = "https://a.test/", date: str = "2026-01-02", source: str = "") -> Any:
    return {
        "title": "Small things",
        "url": url,
        "snippet": "We look.",
        "date": date,
        "source": source,
    }


SERVICES: list[tuple[str, str, dict[str, Any], Any]] = [
    ("searxng", "", {"q": "small things", "format": "json"}, item(date="")),
    ("brave", "", {"q": "small things", "count": "5"}, item(source="A")),
    ("tavily", "", {"query": "small things", "max_results": 5}, item()),
    ("openalex", "/alex", {"search": "small things", "per-page": "5"},
     item("https://doi.org/1", source="A journal")),
    ("crossref", "/ref", {"query": "small things", "rows": "5"},
     {**item("https://doi.org/1", "2026-01", "A journal"), "snippet": "We & they look."}),
    ("arxiv", "", {"search_query": "all:small AND all:things", "max_results": "5"},
     item("http://arxiv.org/abs/2601.1", source="arXiv")),
]  # fmt: skip


@pytest.mark.parametrize(("place", "path", "sent", "first"), SERVICES)
def test_every_service_gives_the_same_kind_of_results(
    server: str, place: str, path: str, sent: dict[str, Any], first: Any
) -> None:
    found = search(server, place, path)
    assert found[0] == first
    assert all(one["url"].startswith("http") for one in found)
    assert Handler.asked[0][1] == sent


def test_what_cannot_be_read_is_said(server: str) -> None:
    assert "cannot be read" in search(server, "arxiv", "/bomb")
    assert "cannot be read" in search(server, "openalex", "/odd")
    assert "cannot be read" in search(server, "crossref", "/list")


def test_a_question_to_arxiv_is_words_and_nothing_of_its_grammar(server: str) -> None:
    search(server, "arxiv", query='x") OR ti:(secret ANDNOT cat:cs')
    asked = Handler.asked[0][1]["search_query"]
    words_in_it = ("x", "OR", "ti", "secret", "ANDNOT", "cat", "cs")
    assert asked == " AND ".join(f"all:{word}" for word in words_in_it)


CHECKS: list[tuple[dict[str, Any], str | None]] = [
    ({"place": "searxng"}, "address"),
    ({"place": "searxng", "address": "https://s.test"}, None),
    ({"place": "searxng", "address": "s.test"}, "address"),
    ({"place": "brave"}, "credential"),
    ({"place": "openalex"}, None),
]


@pytest.mark.parametrize(("params", "field"), CHECKS)
def test_what_is_found_before_it_runs(params: dict[str, Any], field: str | None) -> None:
    node_type = registry()["network.search"]
    found = node_type.check(node_type.Params.model_validate({"query": "x", **params}))
    assert [finding[0] for finding in found] == ([field] if field else [])


def test_dates_and_words_are_read_as_far_as_they_go() -> None:
    assert [day_of(d) for d in ("2026", "2026-01-02T1", "soon", None, [2026, 1, 2], [None])] == [
        "2026", "2026-01-02", "", "", "2026-01-02", ""]  # fmt: skip
    assert words("<b>a</b>  &lt;b&gt;" + "x" * 50, 10) == "a <b>xxxxx …"
