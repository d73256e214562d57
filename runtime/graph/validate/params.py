"""Params and policy against what the node type declares; each issue names its field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError

from runtime.expressions import ExpressionError, compile_params
from runtime.graph.document import Document, NodeSpec
from runtime.graph.issue import Issue, Severity
from runtime.graph.plan import migrated_params
from runtime.graph.policies import effective_policy
from runtime.graph.tools import filled_by_model
from runtime.sdk import Effect, Kind, Node, NodeParams
from runtime.sdk.params import field_kind, without_hidden

_TOO_FEW = {"missing", "string_too_short", "too_short"}


def check_params(document: Document, types: Mapping[str, type[Node]]) -> Iterator[Issue]:
    """Issues about settings; disabled steps are left in peace."""
    tools = {edge.target for edge in document.edges if edge.to_tool}
    for node in document.nodes:
        node_type = types.get(node.type)
        if node_type is None or node.disabled:
            continue
        if node.version > node_type.version:
            yield _issue(
                node,
                "newer_version",
                None,
                f"“{node.label}” was made by a newer version of this kind of step.",
                "Update Segue.",
            )
            continue
        yield from _params(node, node_type, is_tool=node.id in tools)
        yield from _policy(node, node_type)


def _params(node: NodeSpec, node_type: type[Node], *, is_tool: bool) -> Iterator[Issue]:
    raw = without_hidden(node_type.Params, migrated_params(node, node_type))
    filled = filled_by_model(raw)
    raw = {name: value for name, value in raw.items() if name not in filled}
    compiled, errors = compile_params(raw, node_type.Params)
    for error in errors:
        yield _of_expression(node, node_type, error)
    named = [error.field or "" for error in errors]
    named += [formula.field for formula in compiled.formulas]
    named += [name for name, _ in compiled.templates]
    unknown = {_place(node_type, re.split(r"[\[\].]+", name)) for name in named}
    left = {_place(node_type, [name]) for name in filled}
    try:
        params = node_type.Params.model_validate(compiled.fields if compiled.constant else raw)
    except ValidationError as error:
        yield from _schema_issues(node, node_type, error, unknown, left)
        return
    if filled:
        return  # what the model fills in is judged when it does
    findings = [*node_type.check(params), *(() if is_tool else node_type.check_in_flow(params))]
    for name, sentence, *fix in findings:
        yield _issue(node, "bad_param", name, sentence, fix[0] if fix else "Change this setting.")


def _schema_issues(
    node: NodeSpec,
    node_type: type[Node],
    error: ValidationError,
    skip: set[tuple[str, ...]],
    left: set[tuple[str, ...]],
) -> Iterator[Issue]:
    """`skip` are places that data fills in, `left` those that a model does."""
    for finding in error.errors():
        path = ".".join(str(part) for part in finding["loc"])
        # What data will fill in cannot be judged yet: the run says so if it does not fit.
        place = _place(node_type, [str(part) for part in finding["loc"]] or [""])
        if place in left:
            continue
        if place in skip and finding["type"] not in ("missing", "extra_forbidden"):
            continue
        label = _label(node_type, finding["loc"])
        if finding["type"] in _TOO_FEW:
            yield _issue(
                node,
                "param_missing",
                path,
                f"“{node.label}” needs “{label}”.",
                f"Fill in “{label}”.",
            )
        elif finding["type"] == "extra_forbidden":
            yield _issue(
                node,
                "param_unknown",
                path,
                f"“{node.label}” has no setting called “{path}”.",
                "Remove it.",
                action={"kind": "remove_param", "field": path},
            )
        else:
            message = str(finding["msg"]).removeprefix("Value error, ")
            yield _issue(
                node,
                "bad_param",
                path,
                f"“{label}” of “{node.label}” is not right: {message}.",
                "Change this setting.",
            )


def _policy(node: NodeSpec, node_type: type[Node]) -> Iterator[Issue]:
    try:
        policy = effective_policy(node, node_type)
    except (ValidationError, TypeError, ValueError) as error:
        details = error.errors() if isinstance(error, ValidationError) else []
        path = ".".join(str(p) for p in details[0]["loc"]) if details else ""
        message = details[0]["msg"] if details else str(error)
        yield _issue(
            node,
            "bad_policy",
            f"policy.{path}".rstrip("."),
            f"“When it fails” of “{node.label}” is not right: {message}.",
            "Change it in the tab “When it fails”.",
            action={"kind": "reset_policy"},
        )
        return
    if node_type.effect is Effect.PURE and policy.retry.attempts > 1:
        yield Issue(
            "useless_retry",
            f"“{node.label}” gives the same result every time, so trying again cannot help.",
            "Set the number of tries to 1.",
            Severity.WARNING,
            node=node.id,
            key=node.key,
            field="policy.retry.attempts",
            action={
                "kind": "set_policy",
                "field": "retry.attempts",
                "value": 1,
                "label": "Try once",
            },
        )


def _of_expression(node: NodeSpec, node_type: type[Node], error: ExpressionError) -> Issue:
    label = label_of(node_type.Params, _top(error.field or ""))
    action: dict[str, Any] | None = None
    if error.wants_formula:
        action = {"kind": "make_formula", "field": error.field}
    return _issue(
        node,
        "bad_template",
        error.field,
        f"“{label}” of “{node.label}”: {error}",
        error.fix or "Correct the inserted data.",
        action=action,
    )


def label_of(params: type[NodeParams], name: str) -> str:
    """What the form calls a field."""
    info = params.model_fields.get(name)
    extra = info.json_schema_extra if info is not None else None
    return str(extra.get("x-label", name)) if isinstance(extra, dict) else name


def _label(node_type: type[Node], path: Sequence[int | str]) -> str:
    """What the form calls a setting; in a list of small forms, with the entry's number."""
    top = str(path[0]) if path else ""
    label = label_of(node_type.Params, top)
    if field_kind(node_type.Params, top) is not Kind.ROWS or len(path) < 3:
        return label
    row = get_args(node_type.Params.model_fields[top].annotation)[0]
    return f"{label} {int(path[1]) + 1} › {label_of(row, str(path[2]))}"


def _place(node_type: type[Node], path: Sequence[str]) -> tuple[str, ...]:
    """The setting a path lies in; in a list of small forms, the field of its row."""
    is_rows = field_kind(node_type.Params, path[0]) is Kind.ROWS
    return tuple(path[: 3 if is_rows else 1])


def _top(field: str) -> str:
    return field.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]


def _issue(
    node: NodeSpec,
    code: str,
    field: str | None,
    message: str,
    fix: str,
    action: dict[str, Any] | None = None,
) -> Issue:
    return Issue(code, message, fix, node=node.id, key=node.key, field=field, action=action)
