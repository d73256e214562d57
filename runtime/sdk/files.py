"""How a step that takes one file says which of the item's files it means. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator

from runtime.sdk.errors import ErrorClass, NodeError
from runtime.sdk.items import FileRef, Json
from runtime.sdk.params import Kind, field
from runtime.sdk.values import as_text


def _pick(value: Json) -> str:
    """Somebody may have dragged the file itself into the field: then its name is meant."""
    if isinstance(value, dict) and "name" in value:
        return as_text(value["name"])
    return as_text(value).strip()


FilePick = Annotated[str, BeforeValidator(_pick)]


def file_field(
    label: str = "File",
    help: str = "Empty: the first one. Otherwise its name, or its number counted from 1.",
    **more: Any,
) -> Any:
    """The field for a `FilePick`."""
    return field(Kind.TEXT, "", label=label, help=help, placeholder="{{ input.files[0] }}", **more)


def picked(files: Sequence[FileRef], wanted: str) -> FileRef:
    """The file that is meant; raises NodeError where there is none."""
    if not files:
        raise _none(
            "This item has no file.",
            "Files come from a form, a webhook, or a step that fetches or writes one.",
        )
    if not wanted:
        return files[0]
    named = [file for file in files if file.name == wanted]
    if named:
        return named[0]
    if wanted.isascii() and wanted.isdigit() and 0 < int(wanted[:9]) <= len(files):
        return files[int(wanted) - 1]
    there = ", ".join(f"“{file.name}”" for file in files[:5])
    raise _none(f"This item has no file “{wanted[:100]}”.", f"It has: {there}.")


def _none(message: str, fix: str) -> NodeError:
    return NodeError(message, error_class=ErrorClass.INPUT, retryable=False, fix=fix, field="file")
