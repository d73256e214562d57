"""Searches the web, or what science has written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from runtime.sdk import (
    Context,
    Effect,
    Example,
    Item,
    Kind,
    Node,
    NodeParams,
    Output,
    Policy,
    Retry,
    field,
)
from runtime.sdk.node import Finding
from runtime.sdk.statuses import refuse_bad_status
from runtime.sdk.texts import Text
from runtime.searching.places import PLACES, as_body

MOST_BYTES = 5_000_000
_NEED_KEYS = ("brave", "tavily")


class Search(Node):
    """Search the web or scientific writing; each result becomes an item."""

    type, version = "network.search", 1
    name, category, icon = "Search", "Network", "search"
    keywords = ("web", "google", "find", "papers", "academic", "searxng", "brave", "arxiv", "doi")
    summary = "{place}: {query}"
    effect = Effect.READS
    default_policy = Policy(retry=Retry.network(), timeout_seconds=60)
    usable_as_tool = True

    class Params(NodeParams):
        query: Text = field(
            Kind.TEXT,
            label="Search for",
            placeholder="{{ input.question }}",
            min_length=1,
            max_length=1_000,
        )
        place: Literal["searxng", "brave", "tavily", "openalex", "crossref", "arxiv"] = field(
            Kind.CHOICE,
            "openalex",
            label="Where",
            choices={
                "searxng": "The web, by a SearXNG server of yours",
                "brave": "The web, by Brave",
                "tavily": "The web, by Tavily",
                "openalex": "Scientific writing, by OpenAlex",
                "crossref": "Scientific writing, by Crossref",
                "arxiv": "Preprints, by arXiv",
            },
        )
        credential: str | None = field(
            Kind.CREDENTIAL,
            None,
            label="Connection",
            help="Brave wants its key in a header called X-Subscription-Token, Tavily an access "
            "token. The others can be asked without one.",
        )
        address: str = field(
            Kind.TEXT,
            "",
            label="Address of the service",
            help="Of your SearXNG server, which must allow answers as JSON. For the others only "
            "where something stands in for them.",
            placeholder="https://search.example.com",
            templates=False,
            max_length=2_000,
        )
        limit: int = field(Kind.INTEGER, 10, label="At most so many results", ge=1, le=50)

    examples = (
        Example("Find papers", {"query": "{{ input.topic }}", "place": "openalex", "limit": 5}),
        Example(
            "Search the web",
            {
                "query": "{{ input.question }}",
                "place": "searxng",
                "address": "https://search.example.com",
            },
        ),
    )
    output_sample = {
        "title": "Attention in the small",
        "url": "https://doi.org/10.1000/182",
        "snippet": "We look at …",
        "date": "2026-03-30",
        "source": "Journal of Examples",
    }

    async def run(self, params: Params, ctx: Context) -> Output:
        place = PLACES[params.place]
        question = place.question(params.address.strip(), params.query.strip(), params.limit)
        body = None if question.body is None else as_body(question.body)
        headers = dict(question.headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
        reply = await ctx.http.request(
            "GET" if body is None else "POST",
            question.address,
            headers=headers,
            query=question.query,
            body=body,
            credential=params.credential,
            max_bytes=MOST_BYTES,
        )
        refuse_bad_status(reply, ctx.now)
        return Output.items(
            [Item(found.plain()) for found in place.results(reply.content, params.limit)]
        )

    @classmethod
    def check(cls, params: Any) -> Sequence[Finding]:
        if params.place == "searxng" and not params.address.strip():
            return [("address", "Fill in where your SearXNG server is.")]
        if params.address and not params.address.startswith(("https://", "http://", "/practice/")):
            return [("address", "This is no web address.", "Begin with https://.")]
        if params.place in _NEED_KEYS and params.credential is None and not params.address:
            return [
                (
                    "credential",
                    "This service wants a key.",
                    "Choose a connection that holds it, or another service.",
                )
            ]
        return ()
