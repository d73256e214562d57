"""Each service that can be asked: its address, its question, and where its results stand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from runtime.sdk import ErrorClass, Json, NodeError
from runtime.sdk.answers import read_json
from runtime.searching.results import Found, found

MOST_WORDS = 4_000  # of an abstract that comes as an index of its words
_ATOM = "{http://www.w3.org/2005/Atom}"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Question:
    """What is sent; `address` is the whole one."""

    address: str
    query: Sequence[tuple[str, str]] = ()
    body: Mapping[str, Json] | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: {"Accept": "application/json"})


@dataclass(frozen=True, slots=True)
class SearchPlace:
    """`address` is where it answers unless a person says otherwise; empty: they have to."""

    name: str
    address: str
    ask: Callable[[str, str, int], Question]
    read: Callable[[bytes], Iterator[Found | None]]

    def question(self, address: str, query: str, limit: int) -> Question:
        """What is sent to it, or to an address that stands in for its own."""
        return self.ask((address or self.address).rstrip("/"), query, limit)

    def results(self, content: bytes, limit: int) -> list[Found]:
        """What its answer holds; raises NodeError."""
        try:
            kept = [one for one in self.read(content) if one is not None]
        except (AttributeError, KeyError, TypeError, IndexError):
            raise NodeError(
                f"{self.name} answered in a form that cannot be read.",
                error_class=ErrorClass.BAD_ANSWER,
                retryable=False,
                fix="Check that the address is one of this service.",
            ) from None
        return kept[:limit]


def _searxng(address: str, query: str, limit: int) -> Question:
    return Question(f"{address}/search", [("q", query), ("format", "json")])


def _read_searxng(content: bytes) -> Iterator[Found | None]:
    for one in _data(content)["results"]:
        date = one.get("publishedDate")
        yield found(one.get("title"), one["url"], one.get("content"), date, one.get("engine"))


def _brave(address: str, query: str, limit: int) -> Question:
    pairs = [("q", query), ("count", str(min(limit, 20)))]
    return Question(f"{address}/res/v1/web/search", pairs)


def _read_brave(content: bytes) -> Iterator[Found | None]:
    for one in (_data(content).get("web") or {}).get("results", ()):
        date, by = one.get("page_age"), (one.get("profile") or {}).get("name")
        yield found(one.get("title"), one["url"], one.get("description"), date, by)


def _tavily(address: str, query: str, limit: int) -> Question:
    body: dict[str, Json] = {"query": query, "max_results": min(limit, 20)}
    return Question(f"{address}/search", body=body)


def _read_tavily(content: bytes) -> Iterator[Found | None]:
    for one in _data(content)["results"]:
        date = one.get("published_date")
        yield found(one.get("title"), one["url"], one.get("content"), date, "")


def _openalex(address: str, query: str, limit: int) -> Question:
    return Question(f"{address}/works", [("search", query), ("per-page", str(limit))])


def _read_openalex(content: bytes) -> Iterator[Found | None]:
    for one in _data(content)["results"]:
        where = one.get("primary_location") or {}
        url = one.get("doi") or where.get("landing_page_url") or one.get("id")
        snippet = _in_order(one.get("abstract_inverted_index") or {})
        by = (where.get("source") or {}).get("display_name")
        yield found(one.get("display_name"), url, snippet, one.get("publication_date"), by)


def _in_order(index: Mapping[str, Sequence[int]]) -> str:
    """An abstract that comes as its words, each with the places where it stands."""
    places = [(at, word) for word, found_at in index.items() for at in found_at]
    return " ".join(word for _, word in sorted(places)[:MOST_WORDS])


def _crossref(address: str, query: str, limit: int) -> Question:
    return Question(f"{address}/works", [("query", query), ("rows", str(limit))])


def _read_crossref(content: bytes) -> Iterator[Found | None]:
    for one in _data(content)["message"]["items"]:
        parts = (one.get("issued") or {}).get("date-parts") or [[]]
        by = one.get("container-title")
        yield found(one.get("title"), one.get("URL"), one.get("abstract"), parts[0], by)


def _arxiv(address: str, query: str, limit: int) -> Question:
    # Its questions have a grammar of their own: only words go in.
    asked = " AND ".join(f"all:{word}" for word in _WORD.findall(query)[:50])
    pairs = [("search_query", asked), ("max_results", str(limit))]
    return Question(f"{address}/api/query", pairs, headers={"Accept": "application/atom+xml"})


def _read_arxiv(content: bytes) -> Iterator[Found | None]:
    try:
        feed = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError):
        raise NodeError(
            "arXiv answered in a form that cannot be read.",
            error_class=ErrorClass.BAD_ANSWER,
            fix="Try again later, or check the address.",
        ) from None
    for entry in feed.iter(f"{_ATOM}entry"):
        url, date = _said(entry, "id"), _said(entry, "published")
        yield found(_said(entry, "title"), url, _said(entry, "summary"), date, "arXiv")


def _said(entry: Element, name: str) -> str:
    return (entry.findtext(f"{_ATOM}{name}") or "").strip()


def _data(content: bytes) -> dict[str, Any]:
    read = read_json(content)
    if not isinstance(read, dict):
        raise TypeError
    return read


def as_body(body: Mapping[str, Json]) -> bytes:
    """Data as it is sent."""
    return json.dumps(dict(body), ensure_ascii=False).encode()


PLACES: Mapping[str, SearchPlace] = {
    "searxng": SearchPlace("SearXNG", "", _searxng, _read_searxng),
    "brave": SearchPlace("Brave", "https://api.search.brave.com", _brave, _read_brave),
    "tavily": SearchPlace("Tavily", "https://api.tavily.com", _tavily, _read_tavily),
    "openalex": SearchPlace("OpenAlex", "https://api.openalex.org", _openalex, _read_openalex),
    "crossref": SearchPlace("Crossref", "https://api.crossref.org", _crossref, _read_crossref),
    "arxiv": SearchPlace("arXiv", "https://export.arxiv.org", _arxiv, _read_arxiv),
}
