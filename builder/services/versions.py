"""Reads a flow's versions. Changing one is not possible; going back to one is a new draft."""

from typing import Any

from django.utils.translation import gettext as _

from builder.models import Flow, FlowVersion
from builder.services.documents import read_document
from builder.services.refusals import NotPossibleError
from runtime.graph.document import Document
from runtime.services.snapshots import read_snapshot


def version_document(version: FlowVersion) -> Document:
    """Return the graph that was published."""
    return read_document(read_snapshot(version.flow.workspace_id, version.snapshot_id))


def version_graph(version: FlowVersion) -> dict[str, Any]:
    """Return the graph as plain JSON."""
    return version_document(version).dump()


def live_version(flow: Flow) -> FlowVersion:
    """Return the live version; raises NotPossibleError when nothing was published."""
    number = flow.live_version
    version = flow.versions.filter(number=number).first() if number else None
    if version is None:
        raise NotPossibleError(_("Publish this flow first: it has no version yet."))
    return version
