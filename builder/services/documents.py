"""Reads and checks documents with the runtime's parser and validator; the one way in."""

from collections.abc import Sequence
from typing import Any

from builder.services.refusals import BadDocumentError, HasProblemsError
from runtime.graph.document import Document
from runtime.graph.issue import DocumentError, Issue, Severity
from runtime.graph.parse import parse_document
from runtime.graph.validate import validate
from runtime.registry import registry


def read_document(raw: bytes | str | dict[str, Any]) -> Document:
    """Return the document; raises BadDocumentError if it cannot be read at all."""
    try:
        return parse_document(raw)
    except DocumentError as error:
        raise BadDocumentError(error.issues) from None


def find_problems(document: Document) -> list[Issue]:
    """Return what is wrong with a readable document, serious or not."""
    return list(validate(document, registry()))


def refuse_serious(issues: Sequence[Issue]) -> None:
    """Raise HasProblemsError if one of them keeps the flow from running."""
    if any(issue.severity == Severity.ERROR for issue in issues):
        raise HasProblemsError(issues)
