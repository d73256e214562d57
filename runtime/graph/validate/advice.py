"""What would run, but that its maker might regret: open doors, lost limits, secrets in the clear.

Asks what a type declares, never which type it is. Only what a person changed for the worse counts:
a step whose type has no time limit of its own is not scolded for having none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from runtime.graph.document import Document, NodeSpec
from runtime.graph.issue import Issue, Severity
from runtime.graph.plan import migrated_params
from runtime.graph.policies import effective_policy
from runtime.graph.validate.params import label_of
from runtime.sdk import Kind, LoopKind, Node
from runtime.sdk.params import field_direction, field_kind, without_hidden

MOST_ROUNDS = 10_000
USUAL_ROUNDS = 100

# Beginnings and shapes that services give their keys, so that leaks can be found; not exhaustive.
_KEY_SHAPES = re.compile(
    r"\b(?:sk-[A-Za-z0-9_-]{16,}|sk_live_[A-Za-z0-9]{16,}|gh[pousr]_[A-Za-z0-9]{30,}"
    r"|github_pat_[A-Za-z0-9_]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[A-Z0-9]{16}"
    r"|AIza[A-Za-z0-9_-]{30,}|glpat-[A-Za-z0-9_-]{16,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+)"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_IN_ADDRESS = re.compile(
    r"(?:://[^/\s:@{}]+:[^/\s@{}]{3,}@)"
    r"|[?&](?:api_?key|access_token|auth_token|token|password|secret)=[^&\s{}]{6,}",
    re.IGNORECASE,
)
_SECRET_NAMES = re.compile(
    r"^(?:x-)?(?:authorization|api[-_]?key|auth[-_]?token|access[-_]?token|password|secret"
    r"|client[-_]?secret|token)$",
    re.IGNORECASE,
)
_REFERS = frozenset(
    {Kind.CREDENTIAL, Kind.MODEL, Kind.FLOW, Kind.TABLE, Kind.COLLECTION, Kind.WEBHOOK_PATH}
)


def check_advice(document: Document, types: Mapping[str, type[Node]]) -> Iterator[Issue]:
    """Advice, and warnings about secrets; disabled steps are left in peace."""
    for node in document.nodes:
        node_type = types.get(node.type)
        if node_type is None or node.disabled:
            continue
        params = without_hidden(node_type.Params, migrated_params(node, node_type))
        yield from _open_door(node, node_type, params)
        yield from _lost_limits(node, node_type)
        yield from _many_rounds(node, node_type, params)
        yield from _secret(node, node_type, params)


def _open_door(node: NodeSpec, node_type: type[Node], params: Mapping[str, Any]) -> Iterator[Issue]:
    if node_type.trigger is None:
        return
    proof = _credential_field(node_type, "in")
    if proof is None or params.get(proof):
        return
    label = label_of(node_type.Params, proof)
    yield _issue(
        node,
        "open_door",
        proof,
        f"Anybody who knows the address of “{node.label}” can start this flow.",
        f"Choose a connection at “{label}”.",
        {"kind": "open_field", "label": "Choose who may call"},
    )


def _lost_limits(node: NodeSpec, node_type: type[Node]) -> Iterator[Issue]:
    usual = node_type.default_policy
    try:
        policy = effective_policy(node, node_type)
    except (ValidationError, TypeError, ValueError):
        return  # said by the check of the policy
    if usual.timeout_seconds is not None and policy.timeout_seconds is None:
        limit = usual.timeout_seconds
        yield _issue(
            node,
            "no_time_limit",
            "policy.timeout_seconds",
            f"“{node.label}” waits for an answer as long as it takes.",
            "Give one try a time limit.",
            _policy_action("timeout_seconds", limit, f"Wait {limit:g} seconds at most"),
        )
    tries = usual.retry.attempts
    if tries > 1 and policy.retry.attempts == 1:
        yield _issue(
            node,
            "no_retry",
            "policy.retry.attempts",
            f"“{node.label}” gives up at the first failure, though many pass by themselves.",
            "Let it try again.",
            _policy_action("retry.attempts", tries, f"Try up to {tries} times"),
        )


def _many_rounds(
    node: NodeSpec, node_type: type[Node], params: Mapping[str, Any]
) -> Iterator[Issue]:
    if not node_type.loop:
        return
    try:
        spec = node_type.loop_spec(node_type.Params.model_validate(params))
    except (ValidationError, TypeError, ValueError):
        return
    if spec.kind is not LoopKind.UNTIL or spec.maximum <= MOST_ROUNDS:
        return
    yield _issue(
        node,
        "many_rounds",
        "maximum",
        f"“{node.label}” may go round {spec.maximum:,} times before it gives up.",
        "Set a maximum that the data can really need.",
        {
            "kind": "set_param",
            "value": USUAL_ROUNDS,
            "label": f"At most {USUAL_ROUNDS} rounds",
        },
    )


def _secret(node: NodeSpec, node_type: type[Node], params: Mapping[str, Any]) -> Iterator[Issue]:
    for name, value in params.items():
        if field_kind(node_type.Params, name) in _REFERS or not _holds_secret(value):
            continue
        place = _credential_field(node_type, "") or name
        connection = place != name
        yield Issue(
            "plain_secret",
            f"“{label_of(node_type.Params, name)}” of “{node.label}” seems to hold a password or "
            "key. Everybody who may see the flow can read it there.",
            "Put it into a connection and choose that one here."
            if connection
            else "Take it out, and change it where it comes from.",
            Severity.WARNING,
            node=node.id,
            key=node.key,
            field=name,
            action={
                "kind": "open_field",
                "field": place,
                "label": "Choose a connection" if connection else "Show it",
            },
        )
        return


def _holds_secret(value: object) -> bool:
    if isinstance(value, str):
        return bool(_KEY_SHAPES.search(value) or _IN_ADDRESS.search(value))
    if isinstance(value, Mapping):
        name, given = value.get("name"), value.get("value")
        if isinstance(name, str) and isinstance(given, str) and _SECRET_NAMES.match(name.strip()):
            return bool(given.strip()) and "{{" not in given
        return any(_holds_secret(inner) for inner in value.values())
    return isinstance(value, list | tuple) and any(_holds_secret(inner) for inner in value)


def _credential_field(node_type: type[Node], direction: str) -> str | None:
    """The setting that names a connection for calls that come `in`, or go out."""
    form = node_type.Params
    named = [name for name in form.model_fields if field_kind(form, name) is Kind.CREDENTIAL]
    return next((name for name in named if field_direction(form, name) == direction), None)


def _policy_action(field: str, value: float, label: str) -> dict[str, Any]:
    return {"kind": "set_policy", "field": field, "value": value, "label": label}


def _issue(
    node: NodeSpec, code: str, field: str, message: str, fix: str, action: dict[str, Any]
) -> Issue:
    return Issue(
        code,
        message,
        fix,
        Severity.ADVICE,
        node=node.id,
        key=node.key,
        field=field,
        action=action,
    )
