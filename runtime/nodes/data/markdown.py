"""Markdown for readers."""

from __future__ import annotations

import asyncio

import nh3
from markdown_it import MarkdownIt

from runtime.sdk import Context, Example, Kind, Node, NodeParams, Output, field
from runtime.sdk.paths import FieldName, with_field
from runtime.sdk.sizes import not_too_long, too_deep
from runtime.sdk.texts import Text

MOST = 200_000  # characters; what is made to be slow takes seconds then, not minutes


class Markdown(Node):
    """Make HTML of Markdown, with nothing in it that could do harm."""

    type, version = "data.markdown", 1
    name, category, icon = "Markdown to HTML", "Data", "markdown"
    keywords = ("html", "format", "mail", "render", "convert", "rich text")

    class Params(NodeParams):
        markdown: Text = field(Kind.MULTILINE, "{{ input.text }}", label="Markdown")
        line_breaks: bool = field(
            Kind.BOOLEAN,
            False,
            label="Every line break counts",
            help="Otherwise only an empty line begins a new paragraph.",
        )
        pictures: bool = field(
            Kind.BOOLEAN,
            False,
            label="Keep pictures",
            help="A picture tells the server it comes from who opens the page or mail. Leave this "
            "off for texts of models and strangers.",
        )
        name: FieldName = field(
            Kind.TEXT, "html", label="Name of the result", templates=False, min_length=1
        )

    examples = (
        Example(
            "For a mail",
            {"markdown": "{{ input.text }}"},
            input=[{"text": "# Hi\n\n**Now** <script>x()</script>"}],
            output={
                "out": [
                    {
                        "text": "# Hi\n\n**Now** <script>x()</script>",
                        "html": "<h1>Hi</h1>\n<p><strong>Now</strong> </p>",
                    }
                ]
            },
        ),
    )

    async def run(self, params: Params, ctx: Context) -> Output:
        not_too_long(params.markdown, "markdown", most=MOST)
        try:
            html = await asyncio.to_thread(_html, params)
        except RecursionError:
            raise too_deep("markdown") from None
        return Output.items((with_field(ctx.item, params.name, html),))


def _html(params: Markdown.Params) -> str:
    reader = MarkdownIt("commonmark", {"breaks": params.line_breaks})
    reader.enable(["table", "strikethrough"])
    tags = nh3.ALLOWED_TAGS if params.pictures else nh3.ALLOWED_TAGS - {"img"}
    return nh3.clean(reader.render(params.markdown), tags=tags).strip()
