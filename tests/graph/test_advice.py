"""What is said before a flow is published: no error, but its maker would want to know."""

from typing import Any

import pytest

from runtime.graph.issue import Issue, Severity
from runtime.graph.parse import parse_document
from runtime.graph.validate import validate
from runtime.registry import registry

KEY = "sk-abcdefghijklmnopqrstuvwxyz"
HOOK = {"path": "new-order"}
CALL = {"url": "https://shop.example.com"}


def found(kind: str, params: dict[str, Any], **more: Any) -> dict[str, Issue]:
    """The advice on a flow of this one step, by code."""
    node = {"id": "a", "key": "a", "name": "A", "type": kind, "params": params, **more}
    document = parse_document({"nodes": [node]})
    return {issue.code: issue for issue in validate(document, registry())}


@pytest.mark.parametrize(
    ("code", "kind", "params", "more"),
    [
        ("open_door", "trigger.webhook", HOOK, {}),
        ("no_time_limit", "http.request", CALL, {"policy": {"timeout_seconds": None}}),
        ("no_retry", "http.request", CALL, {"policy": {"retry": {"attempts": 1}}}),
        ("many_rounds", "flow.repeat", {"over": "until", "maximum": 100_000}, {}),
    ],
)
def test_advice_comes_with_a_remedy(
    code: str, kind: str, params: dict[str, Any], more: dict[str, Any]
) -> None:
    issue = found(kind, params, **more)[code]
    assert issue.severity is Severity.ADVICE
    assert issue.action is not None
    assert issue.action["label"]


@pytest.mark.parametrize(
    ("kind", "params", "more"),
    [
        ("trigger.webhook", {**HOOK, "connection": "c1"}, {}),
        ("trigger.webhook", HOOK, {"disabled": True}),
        ("http.request", CALL, {}),
        ("flow.repeat", {"over": "each", "maximum": 100_000}, {}),
        ("data.set", {}, {}),
    ],
)
def test_nothing_is_advised_where_all_is_well(
    kind: str, params: dict[str, Any], more: dict[str, Any]
) -> None:
    assert not [i for i in found(kind, params, **more).values() if i.severity is Severity.ADVICE]


@pytest.mark.parametrize(
    ("secret", "params"),
    [
        (True, {"url": f"https://a.example/?api_key={KEY}"}),
        (True, {"url": "https://me:hunter22@a.example"}),
        (True, {**CALL, "headers": [{"name": "Authorization", "value": "Bearer 1234567"}]}),
        (True, {**CALL, "headers": [{"name": "X-Other", "value": KEY}]}),
        (False, {**CALL, "headers": [{"name": "X-Api-Key", "value": "{{ vars.key }}"}]}),
        (False, {**CALL, "headers": [{"name": "Accept", "value": "text/plain"}]}),
        (False, {"url": "https://a.example/?page=2&token={{ vars.token }}"}),
    ],
)
def test_a_secret_in_a_plain_field_is_found_and_a_connection_proposed(
    secret: bool, params: dict[str, Any]
) -> None:
    issue = found("http.request", params).get("plain_secret")
    assert (issue is not None) == secret
    if issue is not None:
        assert issue.severity is Severity.WARNING
        assert KEY not in issue.message
        assert issue.action is not None
        assert issue.action["field"] == "credential"


def test_a_mistyped_step_is_corrected_to_the_one_that_is_there() -> None:
    nodes = [
        {"id": "a", "key": "order", "type": "trigger.manual"},
        {"id": "b", "key": "b", "type": "http.request", "params": {"url": "{{ ordr.url }}"}},
    ]
    document = parse_document({"nodes": nodes})
    issues = {issue.code: issue for issue in validate(document, registry())}
    assert issues["dead_reference"].action == {
        "kind": "rename_reference",
        "from": "ordr",
        "to": "order",
    }
