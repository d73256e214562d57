"""Where flows take prompts from the library, in their drafts and in what is live."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from builder.models import Flow, FlowVersion, Prompt
from builder.services.documents import read_document
from builder.services.refusals import BadDocumentError
from builder.services.versions import version_document
from runtime.graph.document import Document, NodeSpec
from runtime.registry import registry
from runtime.sdk import Kind
from runtime.sdk.params import field_kind


@dataclass(frozen=True, slots=True)
class Taken:
    """A step's setting that takes a prompt. `version` is None for *always the newest*."""

    node: NodeSpec
    field: str
    prompt: UUID | None
    name: str
    version: int | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Use:
    """A flow that uses a prompt."""

    flow_id: UUID
    flow_name: str
    step: str
    where: Literal["draft", "live"]
    version: int | None


def taken_by(document: Document) -> Iterator[Taken]:
    """Every prompt that a document takes from the library; steps switched off take them too."""
    for node in document.nodes:
        node_type = registry().get(node.type)
        for name, value in node.params.items() if node_type is not None else ():
            is_prompt = node_type and field_kind(node_type.Params, name) is Kind.PROMPT
            if is_prompt and isinstance(value, Mapping):
                yield _taken(node, name, value)


def uses_of(prompt: Prompt) -> list[Use]:
    """Which flows use a prompt, step by step."""
    return uses_in(prompt.workspace_id).get(prompt.id, [])


def uses_in(workspace_id: UUID) -> dict[UUID, list[Use]]:
    """Which flows of a workspace use which prompt."""
    found: dict[UUID, list[Use]] = {}
    for flow, where, document in _documents(workspace_id):
        for taken in taken_by(document):
            if taken.prompt is not None:
                use = Use(flow.id, flow.name, taken.node.label, where, taken.version)
                found.setdefault(taken.prompt, []).append(use)
    return found


def _documents(workspace_id: UUID) -> Iterator[tuple[Flow, Literal["draft", "live"], Document]]:
    flows = list(Flow.objects.in_workspace(workspace_id).order_by("name"))
    live = _live_versions(flows)
    for flow in flows:
        try:
            yield flow, "draft", read_document(flow.draft)
            if (version := live.get(flow.id)) is not None:
                yield flow, "live", version_document(version)
        except BadDocumentError:
            continue


def _live_versions(flows: Iterable[Flow]) -> dict[UUID, FlowVersion]:
    numbers = {flow.id: flow.live_version for flow in flows}
    rows = FlowVersion.objects.filter(flow_id__in=numbers).select_related("flow")
    return {row.flow_id: row for row in rows if row.number == numbers[row.flow_id]}


def _taken(node: NodeSpec, field: str, value: Mapping[str, Any]) -> Taken:
    version, values = value.get("version"), value.get("values")
    try:
        prompt = UUID(str(value.get("prompt")))
    except ValueError:
        prompt = None
    return Taken(
        node,
        field,
        prompt,
        name=str(value.get("name") or ""),
        version=version if isinstance(version, int) else None,
        values=values if isinstance(values, Mapping) else {},
    )
