"""What design time may ask of a step's type besides its form: by its settings, not its name."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.registry import registry


@dataclass(frozen=True, slots=True)
class NodeKind:
    """What a type's settings allow."""

    keeps_answers: bool
    picks_model: bool
    waits: bool


def node_kind(type_name: str) -> NodeKind | None:
    """Return it; None where the type is not installed."""
    found = registry().get(type_name)
    if found is None:
        return None
    names = found.Params.model_fields
    return NodeKind("keep_for" in names, "model" in names, found.waits)
