"""Pins data as the result of a step of a draft: written by hand, or taken from a run."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from builder.models import Flow, Pin
from builder.services.audit import record
from builder.services.documents import read_document
from builder.services.refusals import NotPossibleError
from runtime.graph.document import Document, NodeSpec
from runtime.models import Run
from runtime.registry import registry
from runtime.sdk.items import Item
from runtime.sdk.ports import ERROR_PORT
from runtime.services.notices import Person
from runtime.services.read_run import stored_outputs

MOST_BYTES = 1_000_000
MOST_ITEMS = 10_000


def pin_values(
    flow: Flow, node: str, outputs: Mapping[str, Sequence[Any]], *, actor: Person
) -> Pin:
    """Pin what a person wrote: a list of values for each exit; raises NotPossibleError."""
    stored = {port: [{"json": value} for value in values] for port, values in outputs.items()}
    before = Pin.objects.filter(flow=flow, node=node).first()
    return _pin(flow, node, stored, run=before.run_id if before else None, by_hand=True, by=actor)


def pin_from_run(flow: Flow, node: str, run: Run, *, iteration: str, actor: Person) -> Pin:
    """Pin what the step gave in a run; raises NotPossibleError."""
    spec = _spec(read_document(flow.draft), node)
    stored = stored_outputs(run, spec.key, iteration)
    if not stored and run.trigger_key == spec.key and run.input:
        stored = {_ports(spec)[0]: orjson.loads(run.input)}
    if not any(stored.values()):
        raise NotPossibleError(
            _("“%(name)s” has no data in that run. Choose another run.") % {"name": spec.label}
        )
    return _pin(flow, node, stored, run=run.id, by_hand=False, by=actor)


def unpin(flow: Flow, node: str, *, actor: Person) -> None:
    """Let the step give its own data again."""
    with transaction.atomic():
        gone, _rows = Pin.objects.filter(flow=flow, node=node).delete()
        if gone:
            record("data_unpinned", actor=actor, target=flow, details={"step": node})


def pinned_outputs(flow: Flow, document: Document) -> dict[str, dict[str, list[Item]]]:
    """What is pinned, by the key the step has in the draft; switched-off steps have none."""
    keys = {node.id: node.key for node in document.nodes if not node.disabled}
    return {
        keys[pin.node]: {
            port: [Item.load(item) for item in items] for port, items in pin.outputs.items()
        }
        for pin in Pin.objects.filter(flow=flow)
        if pin.node in keys
    }


def _pin(
    flow: Flow, node: str, outputs: dict[str, Any], *, run: UUID | None, by_hand: bool, by: Person
) -> Pin:
    spec = _spec(read_document(flow.draft), node)
    _check(spec, outputs)
    with transaction.atomic():
        pin, _made = Pin.objects.update_or_create(
            flow=flow,
            node=node,
            defaults={
                "outputs": outputs,
                "run_id": run,
                "edited": by_hand,
                "changed_by_id": by.pk,
            },
        )
        record("data_pinned", actor=by, target=flow, details={"step": spec.key})
    return pin


def _spec(document: Document, node: str) -> NodeSpec:
    spec = next((spec for spec in document.nodes if spec.id == node), None)
    if spec is None or spec.type not in registry():
        raise NotPossibleError(_("This step is not in the draft any more."))
    return spec


def _check(spec: NodeSpec, outputs: Mapping[str, Sequence[Any]]) -> None:
    if registry()[spec.type].loop:
        raise NotPossibleError(
            _("Data of “%(name)s” cannot be pinned: it goes round with other steps. Pin theirs.")
            % {"name": spec.label}
        )
    unknown = [port for port in outputs if port not in _ports(spec)]
    if unknown or not outputs:
        raise NotPossibleError(
            _("“%(name)s” has no exit “%(exit)s”.")
            % {"name": spec.label, "exit": unknown[0] if unknown else ""}
        )
    items = sum(len(values) for values in outputs.values())
    if items > MOST_ITEMS or len(orjson.dumps(outputs)) > MOST_BYTES:
        raise NotPossibleError(
            _("This is too much to pin: at most 10,000 items and one megabyte. Keep a few of them.")
        )


def _ports(spec: NodeSpec) -> list[str]:
    return [port.name for port in registry()[spec.type].output_ports(spec.params)] + [ERROR_PORT]
