"""Sentences for *why*: what a person reads beside a step."""

from __future__ import annotations

from runtime.graph.plan import Plan, PlanNode


def skipped_why(node: PlanNode, fired: str) -> str:
    """Why a step without a way in did not run."""
    if node.type.trigger is not None:
        return f"This run was started by “{fired}”."
    return "Nothing leads to this step."


def joined_why(plan: Plan, node: PlanNode, dead: int) -> str:
    """What a step with several wires waited for."""
    names: list[str] = []
    for edge in node.incoming:
        label = plan.nodes[edge.source].label
        if label not in names:
            names.append(label)
    shown = ", ".join(f"“{name}”" for name in names[:5]) + (" …" if len(names) > 5 else "")
    if dead:
        return f"Waited for {shown}; {dead} of {len(node.incoming)} wires brought nothing."
    return f"Waited for {shown}."
