"""What a flow's last runs say could be better, and doing it: one value of the draft at a time."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from builder.models import Flow, ModelProfile
from builder.models.model_profile import Purpose
from builder.services.documents import read_document
from builder.services.refusals import BadDocumentError, NotPossibleError
from builder.services.save_draft import save_draft
from runtime.graph.document import Document, NodeSpec
from runtime.models import Run
from runtime.services.improvements import Advice, Asked, Edit, Model, StepFact, improvements
from runtime.services.model_costs import questions_of_runs
from runtime.services.node_kinds import node_kind

LAST_RUNS = 50
FEWEST = 3  # runs that say anything


def advice_for(flow: Flow) -> list[Advice]:
    """Return what could be better, by its last finished runs; nothing where they are too few."""
    runs = list(
        Run.objects.filter(flow_id=flow.id, status="succeeded", started_at__isnull=False)
        .order_by("-id")
        .values_list("id", flat=True)[:LAST_RUNS]
    )
    if len(runs) < FEWEST:
        return []
    try:
        document = read_document(flow.draft)
    except BadDocumentError:
        return []
    asked = [Asked(**row) for row in questions_of_runs(runs)]
    return improvements(_steps(document, runs), asked, _models(flow))


def apply_edit(flow: Flow, edit: Edit, *, actor: Any) -> None:
    """Put one value into the draft; raises NotPossibleError where the step is gone or differs."""
    graph = copy.deepcopy(flow.draft)
    node = next((n for n in graph.get("nodes", ()) if n.get("key") == edit.key), None)
    if node is None:
        raise NotPossibleError(_("This step is not in the draft any more."))
    values = node.setdefault(edit.part, {})
    if (values.get(edit.name) or None) != (edit.before or None):
        raise NotPossibleError(_("Somebody has changed this step meanwhile."))
    if edit.value is None:
        values.pop(edit.name, None)
    else:
        values[edit.name] = edit.value
    save_draft(flow, revision=flow.draft_revision, graph=graph, actor=actor)


def taken_back(edit: Edit) -> Edit:
    """The edit that undoes this one."""
    return Edit(edit.key, edit.part, edit.name, edit.before, edit.value)


def _steps(document: Document, runs: Sequence[Any]) -> list[StepFact]:
    seconds: dict[str, float] = {}
    items: dict[str, int] = {}
    rows = Run.objects.filter(id__in=runs).values_list(
        "steps__node", "steps__started_at", "steps__finished_at", "steps__items_in"
    )
    for node, began, ended, count in rows:
        if isinstance(began, datetime) and isinstance(ended, datetime):
            seconds[node] = seconds.get(node, 0.0) + (ended - began).total_seconds()
            items[node] = max(items.get(node, 0), count)
    inner = {edge.source for edge in document.edges if edge.source_port == "each_round"}
    return [
        _fact(node, seconds.get(node.key, 0.0) / len(runs), items.get(node.key, 0))
        for node in document.nodes
        if node.id not in inner  # a Repeat takes as long as what it repeats
    ]


def _fact(node: NodeSpec, seconds: float, items: int) -> StepFact:
    kind = node_kind(node.type)
    waits = kind is not None and kind.waits
    params = node.params
    model = params.get("model")
    return StepFact(
        key=node.key,
        name=node.label,
        seconds=0.0 if waits else seconds,
        items=items,
        at_once=node.policy.get("concurrency"),
        keeps=kind is not None and kind.keeps_answers,
        kept=bool(params.get("keep_for")),
        picks_model=kind is not None and kind.picks_model,
        model=model if isinstance(model, str) else None,
    )


def _models(flow: Flow) -> list[Model]:
    rows = ModelProfile.objects.in_workspace(flow.workspace_id).exclude(purpose=Purpose.MEANING)
    return [
        Model(str(row.id), row.name, float(row.price_in), float(row.price_out))
        for row in rows
        # The practice model costs nothing and is no match for what people pay for.
        if not row.is_practice and row.base_url and row.model and (row.price_in or row.price_out)
    ]
