"""Reads HTML."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from typing import Literal

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import CData, NavigableString, PageElement
from markdownify import MarkdownConverter
from soupsieve import SelectorSyntaxError

from runtime.sdk import (
    Context,
    ErrorClass,
    Example,
    Item,
    Json,
    Kind,
    Node,
    NodeError,
    NodeParams,
    Output,
    field,
)
from runtime.sdk.paths import FieldName, with_field
from runtime.sdk.sizes import MOST_TEXT, not_too_long, too_deep
from runtime.sdk.texts import Text

UNSEEN = ("script", "style", "noscript", "template", "head", "iframe", "object", "svg")
BLOCKS = (
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
)  # fmt: skip
MOST_LEVELS = 200  # of elements inside of one another, where Markdown is made
MOST_FOR_MARKDOWN = 200_000  # characters
_BREAK = "\ue000"  # stands for a line break while other white space is made one
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}>")


class Pick(NodeParams):
    """One thing to pick out: which elements, and what of them."""

    name: FieldName = field(
        Kind.TEXT, label="Name of the field", placeholder="title", templates=False, min_length=1
    )
    selector: str = field(
        Kind.TEXT,
        label="CSS selector",
        help="h1 for a heading, .price for a class, #total for an identifier, table td.sum …",
        placeholder=".price",
        templates=False,
        min_length=1,
        max_length=500,
    )
    take: Literal["text", "html", "attribute"] = field(
        Kind.CHOICE,
        "text",
        label="Take",
        choices={"text": "Text", "html": "HTML", "attribute": "Attribute"},
    )
    attribute: str = field(
        Kind.TEXT,
        "href",
        label="Attribute",
        placeholder="href",
        show_if=("take", ["attribute"]),
        templates=False,
    )
    which: Literal["first", "all"] = field(
        Kind.CHOICE,
        "first",
        label="Of several",
        choices={"first": "The first", "all": "All, as a list"},
    )


class Html(Node):
    """Make text of a web page or mail, or pick parts out of it."""

    type, version = "data.html", 1
    name, category, icon = "Read HTML", "Data", "file-type-html"
    keywords = ("scrape", "extract", "css", "selector", "markdown", "strip tags", "page", "parse")

    class Params(NodeParams):
        html: Text = field(
            Kind.MULTILINE,
            "{{ input.body }}",
            label="HTML",
            help="The text of the page, such as the body of an HTTP request.",
        )
        what: Literal["text", "markdown", "pick"] = field(
            Kind.CHOICE,
            "text",
            label="Make of it",
            choices={"text": "Plain text", "markdown": "Markdown", "pick": "Fields"},
        )
        picks: tuple[Pick, ...] = field(
            Kind.ROWS,
            (),
            label="Fields",
            show_if=("what", ["pick"]),
            templates=False,
            max_length=50,
        )
        name: FieldName = field(
            Kind.TEXT,
            "text",
            label="Name of the result",
            show_if=("what", ["text", "markdown"]),
            templates=False,
            min_length=1,
        )

    examples = (
        Example(
            "Plain text",
            {"html": "<h1>Offer</h1><p>Only <b>today</b><script>x()</script></p>"},
            input=[{}],
            output={"out": [{"text": "Offer\nOnly today"}]},
        ),
        Example(
            "Markdown for a model",
            {"html": "<h1>Offer</h1><p>Only <b>today</b></p>", "what": "markdown"},
            input=[{}],
            output={"out": [{"text": "# Offer\n\nOnly **today**"}]},
        ),
        Example(
            "Prices and links",
            {
                "html": "{{ input.page }}",
                "what": "pick",
                "picks": [
                    {"name": "price", "selector": ".price"},
                    {
                        "name": "links",
                        "selector": "a",
                        "take": "attribute",
                        "attribute": "href",
                        "which": "all",
                    },
                ],
            },
            input=[{"page": '<i class="price"> 5 € </i><a href="/a">A</a><a href="/b">B</a>'}],
            output={
                "out": [
                    {
                        "page": '<i class="price"> 5 € </i><a href="/a">A</a><a href="/b">B</a>',
                        "price": "5 €",
                        "links": ["/a", "/b"],
                    }
                ]
            },
        ),
    )
    output_sample = {"text": "Offer\nOnly today"}

    @classmethod
    def check(cls, params: Params) -> Sequence[tuple[str, str, str]]:
        if params.what == "pick" and not params.picks:
            return [("picks", "Nothing is picked out yet.", "Add a field.")]
        return ()

    async def run(self, params: Params, ctx: Context) -> Output:
        most = MOST_FOR_MARKDOWN if params.what == "markdown" else MOST_TEXT
        not_too_long(params.html, "html", most=most)
        # A large page takes a moment: the other flows of this worker do not wait for it.
        return Output.items((await asyncio.to_thread(_read, params, ctx.item),))


def _read(params: Html.Params, item: Item) -> Item:
    try:
        if params.what == "text":
            return with_field(item, params.name, _text(_parsed(params.html)))
        if params.what == "markdown":
            return with_field(item, params.name, _markdown(params.html))
        page = _parsed(params.html)
        for pick in params.picks:
            item = with_field(item, pick.name, _picked(page, pick))
    except RecursionError:
        raise too_deep("html") from None
    return item


def _parsed(html: str) -> BeautifulSoup:
    # The comment tells the parser that this is no file name, which it would warn about.
    return BeautifulSoup("<!-- -->" + _DECLARATION.sub("", html, count=1), "lxml")


def _text(part: Tag) -> str:
    """What a reader sees, each block on a line of its own."""
    lines = "".join(_seen(part)).split(_BREAK)
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _seen(part: Tag) -> Iterator[str]:
    """Texts and breaks in reading order. One walk: pages may have any number of parts and levels."""
    open_parts: list[tuple[Tag, Iterator[PageElement]]] = [(part, iter(part.contents))]
    while open_parts:
        around, rest = open_parts[-1]
        inner = next(rest, None)
        if inner is None:
            open_parts.pop()
            yield _BREAK if around.name in BLOCKS else ""
        elif isinstance(inner, Tag):
            if inner.name not in UNSEEN:
                open_parts.append((inner, iter(inner.contents)))
                yield _BREAK if inner.name in BLOCKS else ""
        elif type(inner) in (NavigableString, CData):
            yield str(inner)


def _markdown(html: str) -> str:
    """Links that would run something are gone before, as is what nobody sees."""
    if _levels(_parsed(html)) > MOST_LEVELS:
        raise too_deep("html")
    converter = MarkdownConverter(heading_style="ATX", bullets="-", autolinks=False)
    made: str = converter.convert_soup(_parsed(nh3.clean(html, link_rel=None)))
    return re.sub(r"\n{3,}", "\n\n", made).strip()


def _levels(page: BeautifulSoup) -> int:
    """How many elements lie inside of one another, at most."""
    deepest = 0
    level = [page.contents]
    while level:
        deepest += 1
        level = [part.contents for parts in level for part in parts if isinstance(part, Tag)]
    return deepest


def _picked(page: BeautifulSoup, pick: Pick) -> Json:
    try:
        found = page.select(pick.selector, limit=1 if pick.which == "first" else 10_000)
    except SelectorSyntaxError:
        raise NodeError(
            f"“{pick.selector}” is not a CSS selector that can be read.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Write it like h1, .price, #total or table td.sum.",
            field="picks",
        ) from None
    values = [_taken(element, pick) for element in found]
    return values if pick.which == "all" else next(iter(values), None)


def _taken(element: Tag, pick: Pick) -> Json:
    if pick.take == "html":
        return str(element)
    if pick.take == "attribute":
        value = element.get(pick.attribute)
        return " ".join(value) if isinstance(value, list) else value
    return _text(element)
