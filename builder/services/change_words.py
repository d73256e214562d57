"""How a difference between two graphs reads: *Fetch order: tries 3 → 5*."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from runtime.graph.diff import Difference, FieldChange, What
from runtime.graph.document import Document, EdgeSpec, NodeSpec
from runtime.sdk import Node
from runtime.services.spoken import spoken

LONGEST = 70  # characters of a value that are shown
ONE_OF_ALL = "out"  # an exit with this name is the only one

POLICY_NAMES = {
    "attempts": gettext_lazy("tries"),
    "backoff": gettext_lazy("how to wait between tries"),
    "delay_seconds": gettext_lazy("first wait"),
    "max_delay_seconds": gettext_lazy("longest wait"),
    "jitter": gettext_lazy("chance in the waits"),
    "budget_seconds": gettext_lazy("time for all tries"),
    "on": gettext_lazy("try again when"),
    "respect_retry_after": gettext_lazy("wait as long as the server asks for"),
    "retry": gettext_lazy("trying again"),
    "timeout_seconds": gettext_lazy("time limit for one try"),
    "on_error": gettext_lazy("when it fails for good"),
    "default_value": gettext_lazy("value to go on with"),
    "on_unknown": gettext_lazy("when nobody knows whether it happened"),
    "concurrency": gettext_lazy("how many at once"),
    "run_on_empty": gettext_lazy("run also when there are no items"),
}
SETTING_NAMES = {
    "deadline_seconds": gettext_lazy("time limit"),
    "max_steps": gettext_lazy("most steps"),
    "max_items_per_step": gettext_lazy("most items of a step"),
    "max_items": gettext_lazy("most items of all steps"),
    "max_stored_mb": gettext_lazy("most that is stored, in MB"),
    "wait_limit_seconds": gettext_lazy("how long a caller waits"),
    "at_once": gettext_lazy("how many runs at once"),
    "at_once_by": gettext_lazy("counted together by"),
    "when_busy": gettext_lazy("when too many runs are under way"),
    "priority": gettext_lazy("priority"),
    "description": gettext_lazy("description"),
}
VALUE_NAMES = {
    ("on_error", "stop"): gettext_lazy("stop the run"),
    ("on_error", "default"): gettext_lazy("use a value instead"),
    ("on_error", "error_port"): gettext_lazy("send it out by an exit of its own"),
    ("on_error", "continue"): gettext_lazy("go on with the item as it was"),
    ("on_unknown", "retry"): gettext_lazy("do it again"),
    ("on_unknown", "ask"): gettext_lazy("ask me"),
    ("on_unknown", "fail"): gettext_lazy("count it as failed"),
    ("backoff", "constant"): gettext_lazy("always the same"),
    ("backoff", "exponential"): gettext_lazy("longer each time"),
    ("backoff", "random"): gettext_lazy("random"),
    ("priority", "high"): gettext_lazy("high"),
    ("priority", "normal"): gettext_lazy("normal"),
    ("priority", "low"): gettext_lazy("low"),
    ("when_busy", "queue"): gettext_lazy("they wait in the queue"),
    ("when_busy", "reject"): gettext_lazy("they are refused"),
    ("when_busy", "replace"): gettext_lazy("the oldest is stopped"),
}


def in_words(
    differences: list[Difference],
    before: Document,
    after: Document,
    types: Mapping[str, type[Node]],
) -> list[dict[str, Any]]:
    """Return each with its name, and of each setting `{label, before, after}`."""
    old, new = _by_id(before), _by_id(after)
    nodes = {**old, **new}
    return [
        {
            "what": found.what.value,
            "how": found.how.value,
            "node": found.id,
            "edge": found.edge.model_dump() if found.edge else None,
            "name": _name(found, nodes, before, after),
            "details": [
                detail
                for change in found.fields
                for detail in _details(change, new.get(found.id or ""), types)
            ],
        }
        for found in differences
    ]


def _by_id(document: Document) -> dict[str, NodeSpec]:
    return {node.id: node for node in document.nodes}


def _name(
    found: Difference, nodes: Mapping[str, NodeSpec], before: Document, after: Document
) -> str:
    if found.edge is not None:
        return _wire(found.edge, nodes)
    if found.what is What.STEP:
        return nodes[found.id or ""].label
    if found.what is What.SETTINGS:
        return _("Flow settings")
    if found.what is What.NOTE:
        texts = {note.id: note.text for note in (*before.notes, *after.notes)}
        return _("Note %(text)s") % {"text": _shown_text(texts[found.id or ""].strip())}
    titles = {group.id: group.title for group in (*before.groups, *after.groups)}
    return _("Group %(title)s") % {"title": _shown_text(titles[found.id or ""])}


def _wire(edge: EdgeSpec, nodes: Mapping[str, NodeSpec]) -> str:
    source, target = nodes[edge.source].label, nodes[edge.target].label
    if edge.source_port == ONE_OF_ALL:
        return _("Wire from %(source)s to %(target)s") % {"source": source, "target": target}
    return _("Wire from %(source)s (%(exit)s) to %(target)s") % {
        "source": source,
        "exit": edge.source_port.replace("_", " "),
        "target": target,
    }


def _details(
    change: FieldChange, node: NodeSpec | None, types: Mapping[str, type[Node]]
) -> list[dict[str, str]]:
    area, name = change.place[0], change.place[-1]
    before, after = change.before, change.after
    if area == "disabled":
        return [_detail(_("switched off") if after else _("switched on"))]
    if area == "name":
        return [_detail(_("name"), before, after)]
    if area == "key":
        return [_detail(_("name in inserted data"), before, after)]
    if area == "type":
        return [_detail(_("kind of step"), _kind(before, types), _kind(after, types))]
    if area == "version":
        return [_detail(_("form of the step"), str(before), str(after))]
    if area == "policy":
        label = str(POLICY_NAMES.get(name, name.replace("_", " ")))
        return [_detail(label, _value(name, before), _value(name, after))]
    if area == "settings":
        label = str(SETTING_NAMES.get(name, name.replace("_", " ")))
        return [_detail(label, _value(name, before), _value(name, after))]
    said = _said(node, name, types)
    label = spoken(str(said.get("x-label", name.replace("_", " "))))
    if (rows := _rows(before, after)) is not None:
        return [_detail(f"{label}: {row}", old, new) for row, old, new in rows]
    choices = said.get("x-choices", {})
    old = spoken(choices.get(before, "")) if isinstance(before, str) else None
    new = spoken(choices.get(after, "")) if isinstance(after, str) else None
    return [_detail(label, *_pair(label, before, after, old, new))]


def _kind(name: str, types: Mapping[str, type[Node]]) -> str:
    node_type = types.get(name)
    return spoken(node_type.name) if node_type else name


def _said(node: NodeSpec | None, name: str, types: Mapping[str, type[Node]]) -> dict[str, Any]:
    """What the form says of a setting: its label, the words of its choices."""
    node_type = types.get(node.type) if node else None
    info = node_type.Params.model_fields.get(name) if node_type else None
    extra = info.json_schema_extra if info is not None else None
    return extra if isinstance(extra, dict) else {}


def _detail(label: str, before: str = "", after: str = "") -> dict[str, str]:
    return {"label": label, "before": before, "after": after}


def _rows(before: Any, after: Any) -> list[tuple[str, str, str]] | None:
    """Of two lists whose entries have names: which entry changed. None for anything else."""
    old, new = _named(before), _named(after)
    if old is None or new is None:
        return None
    names = [name for name in {**new, **old} if old.get(name) != new.get(name)]
    nothing = _("(not there)")
    return [
        (
            name,
            _shown(old[name]) if name in old else nothing,
            _shown(new[name]) if name in new else nothing,
        )
        for name in names
    ] or None


def _named(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, list):
        return None
    found = {
        entry["name"]: entry.get("value", entry)
        for entry in value
        if isinstance(entry, dict) and isinstance(entry.get("name"), str)
    }
    return found if len(found) == len(value) else None


def _pair(label: str, before: Any, after: Any, old: Any, new: Any) -> tuple[str, str]:
    """Both values; of long texts the part that differs."""
    if isinstance(before, str) and isinstance(after, str) and not (old or new):
        at = _first_difference(before, after)
        if max(len(before), len(after)) > LONGEST and at > LONGEST // 2:
            return _shown_text(before[at - 20 :], "…"), _shown_text(after[at - 20 :], "…")
    first, second = str(old or _shown(before)), str(new or _shown(after))
    return (first, second) if first != second else ("", _("changed"))


def _first_difference(a: str, b: str) -> int:
    return next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )


def _value(name: str, value: Any) -> str:
    if isinstance(value, str) and (name, value) in VALUE_NAMES:
        return str(VALUE_NAMES[name, value])
    if name.endswith("_seconds") and isinstance(value, int | float):
        return _("%(seconds)s s") % {"seconds": f"{value:g}"}
    return _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value in ("", [], {}):
        return _("(empty)")
    if isinstance(value, str):
        return _shown_text(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict) and set(value) == {"$formula"}:
        return _shown_text(f"={value['$formula']}")
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return _shown_text(", ".join(value))
    if isinstance(value, list):
        return ngettext("%(count)d entry", "%(count)d entries", len(value)) % {"count": len(value)}
    return str(value) if isinstance(value, int) else _("other values")


def _shown_text(text: str, begin: str = "") -> str:
    plain = " ".join(text.split())
    short = plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"
    return f"“{begin}{short}”"
