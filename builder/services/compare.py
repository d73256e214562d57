"""Compares the draft and the versions of a flow, or a draft that could not be saved."""

from typing import Any

from django.utils.translation import gettext as _

from builder.models import Flow
from builder.services.change_words import in_words
from builder.services.documents import read_document
from builder.services.refusals import NotPossibleError
from builder.services.versions import version_document
from runtime.graph.diff import diff
from runtime.graph.document import Document
from runtime.registry import registry

DRAFT = "draft"


def side(flow: Flow, name: str) -> Document:
    """Return the graph called `draft` or by a version's number; raises NotPossibleError."""
    if name == DRAFT:
        return read_document(flow.draft)
    number = int(name) if name.isdecimal() and len(name) < 10 else 0  # versions begin at 1
    version = flow.versions.select_related("flow").filter(number=number).first()
    if version is None:
        raise NotPossibleError(
            _("There is no version %(name)s of this flow.") % {"name": name[:20]}
        )
    return version_document(version)


def compare(before: Document, after: Document) -> dict[str, Any]:
    """Return both graphs and, in words, how to get from the one to the other."""
    types = registry()
    return {
        "before": before.dump(),
        "after": after.dump(),
        "changes": in_words(diff(before, after, types), before, after, types),
    }
