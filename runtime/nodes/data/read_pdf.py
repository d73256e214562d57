"""The text of a PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Literal

from runtime.sdk import (
    Context,
    ErrorClass,
    Example,
    FileRef,
    Item,
    Json,
    Kind,
    Node,
    NodeError,
    NodeParams,
    Output,
    Policy,
    field,
)
from runtime.sdk.files import FilePick, file_field, picked
from runtime.sdk.tables import unfit

MOST_BYTES = 50_000_000
MOST_CHARACTERS = 5_000_000


class ReadPdf(Node):
    """Take the text out of a PDF. What is only a picture of text, as in a scan, has none."""

    type, version = "data.read_pdf", 1
    name, category, icon = "Read PDF", "Data", "file-text"
    keywords = ("document", "text", "extract", "invoice", "pages")
    summary = "{file}"
    cpu = True  # in a process of its own, which ends with the step's time limit
    default_policy = Policy(timeout_seconds=120)

    class Params(NodeParams):
        file: FilePick = file_field()
        give: Literal["whole", "pages"] = field(
            Kind.CHOICE,
            "whole",
            label="Make",
            choices={"whole": "One item of the whole text", "pages": "An item of each page"},
        )
        most_pages: int = field(
            Kind.INTEGER,
            200,
            label="Most pages",
            help="Further pages are left out, and the log says so.",
            advanced=True,
            ge=1,
            le=5_000,
        )

    examples = (Example("The text of an invoice", {}),)
    output_sample = {"name": "invoice.pdf", "pages": 2, "text": "Invoice 7 …"}

    async def run(self, params: Params, ctx: Context) -> Output:
        file = picked(ctx.item.files, params.file)
        content = await ctx.files.read(file, most_bytes=MOST_BYTES)
        count, texts = _texts(file, content, params.most_pages)
        if count > params.most_pages:
            ctx.log.warning(f"It has {count} pages; the first {params.most_pages} were read.")
        if not any(text.strip() for text in texts):
            ctx.log.warning("There is no text in it: its pages may be pictures, as in a scan.")
        if params.give == "pages":
            pages: list[Json] = [
                {"name": file.name, "page": number, "text": text}
                for number, text in enumerate(texts, 1)
            ]
            return Output.items([Item(page, ctx.item.files) for page in pages])
        whole: Json = {"name": file.name, "pages": count, "text": "\n\n".join(texts).strip()}
        return Output.items([Item(whole, ctx.item.files)])


def _texts(file: FileRef, content: bytes, most_pages: int) -> tuple[int, list[str]]:
    """How many pages there are, and the texts of the first ones; raises NodeError."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise unfit(
                f"“{file.name}” is locked with a password.", "Save it without one.", "file"
            )
        count = len(reader.pages)
        return count, list(_within(file, reader, min(count, most_pages)))
    except NodeError:
        raise
    except Exception as error:
        raise NodeError(
            f"“{file.name}” is no PDF that can be read.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Open it in another program and save it as PDF again.",
            field="file",
        ) from error


def _within(file: FileRef, reader: Any, pages: int) -> Iterator[str]:
    """The pages' texts; raises NodeError where they are too long together."""
    characters = 0
    for number in range(pages):
        text = reader.pages[number].extract_text().replace("\x00", "")
        text = text.encode("utf-8", "replace").decode()
        characters += len(text)
        if characters > MOST_CHARACTERS:
            raise unfit(
                f"“{file.name}” holds more than {MOST_CHARACTERS:,} characters.",
                "Read fewer pages.",
                "most_pages",
            )
        yield text
