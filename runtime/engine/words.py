"""Sentences for *why*: what a person reads beside a step."""

from __future__ import annotations

from runtime.graph.plan import Plan, PlanNode
from runtime.sdk import OnUnknown
from runtime.sdk.ports import ERROR_PORT


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


def closed_exit_why(source: PlanNode, port: str) -> str:
    """Why nothing came by an exit, named as the canvas names it."""
    if port == ERROR_PORT:
        return f"Nothing failed in “{source.label}”."
    if len(source.ports_out) == 1:
        return f"“{source.label}” sent nothing on."
    label = source.exit_labels.get(port, port)
    return f"“{source.label}” sent nothing by its exit “{label}”."


# What becomes of a try that was cut off, by the policy for it.
LOST_WHY = {
    OnUnknown.RETRY: "The worker stopped in the middle; the step was tried again.",
    OnUnknown.ASK: "The worker stopped in the middle; a person decides what to do.",
    OnUnknown.FAIL: "The worker stopped in the middle, and this step may not be repeated.",
}
PROCESS_LOST_WHY = {
    OnUnknown.RETRY: "The step's process stopped in the middle; the step was tried again.",
    OnUnknown.ASK: "The step's process stopped in the middle; a person decides what to do.",
    OnUnknown.FAIL: "The step's process stopped in the middle, and it may not be repeated.",
}
CUT_OFF = "The run ended before this did."
CRASHES = "This step crashed its process again and again, so it was given up."
