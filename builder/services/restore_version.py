"""Makes an earlier version the draft again. The live version stays as it is until published."""

from builder.models import Flow, FlowVersion
from builder.services.save_draft import save_draft
from builder.services.versions import version_graph
from runtime.graph.issue import Issue
from runtime.services.notices import Person


def restore_version(
    flow: Flow, version: FlowVersion, *, revision: int, actor: Person | None
) -> tuple[int, list[Issue]]:
    """Return the new revision and the draft's problems; raises StaleDraftError."""
    return save_draft(
        flow,
        revision=revision,
        graph=version_graph(version),
        actor=actor,
        action="version_restored",
    )
