"""Every address of the API with the lowest role that may use it. A new one needs a row here."""

from typing import Any

from tests.support.people import GRAPH

NO_ID = "00000000-0000-0000-0000-000000000000"
VIEWER, OPERATOR, EDITOR, ADMIN = "viewer", "operator", "editor", "admin"
RANK = {VIEWER: 0, OPERATOR: 1, EDITOR: 2, ADMIN: 3}

# (name of the address, method) -> (lowest role, body, status for those who may)
TABLE: dict[tuple[str, str], tuple[str, Any, int]] = {
    ("session", "GET"): (VIEWER, None, 200),
    ("session-tour", "POST"): (VIEWER, None, 204),
    ("schema", "GET"): (VIEWER, None, 200),
    ("node-types", "GET"): (VIEWER, None, 200),
    ("flows", "GET"): (VIEWER, None, 200),
    ("flows", "POST"): (EDITOR, {"name": "New"}, 201),
    ("flow-import", "POST"): (EDITOR, {"name": "From a file", "graph": GRAPH}, 201),
    ("flow", "GET"): (VIEWER, None, 200),
    ("flow", "PATCH"): (OPERATOR, {"live": False}, 200),
    ("flow", "DELETE"): (EDITOR, None, 204),
    ("flow-draft", "GET"): (VIEWER, None, 200),
    ("flow-draft", "PUT"): (EDITOR, {"revision": 1, "graph": GRAPH}, 200),
    ("flow-publish", "POST"): (EDITOR, {"revision": 1}, 200),
    ("flow-versions", "GET"): (VIEWER, None, 200),
    ("flow-version", "GET"): (VIEWER, None, 200),
    ("flow-restore", "POST"): (EDITOR, {"revision": 1}, 200),
    ("flow-counts", "GET"): (VIEWER, None, 200),
    ("flow-compare", "GET"): (VIEWER, None, 200),
    ("flow-compare", "POST"): (VIEWER, {"graph": GRAPH}, 200),
    ("flow-retention", "GET"): (VIEWER, None, 200),
    ("flow-retention", "PUT"): (
        ADMIN,
        {"finished_days": 5, "failed_days": 0, "test_days": None, "most_runs": None},
        200,
    ),
    ("flow-alert", "GET"): (VIEWER, None, 200),
    ("flow-alert", "PUT"): (EDITOR, {"recipients": ["ada@example.com"]}, 200),
    ("flow-run", "POST"): (OPERATOR, {"draft": True}, 202),
    ("flow-preview", "POST"): (
        VIEWER,
        {"key": "put", "field": "fields", "value": "{{ start.x }}", "data": {"start": {"x": 1}}},
        200,
    ),
    ("flow-tests", "GET"): (VIEWER, None, 200),
    ("flow-tests", "POST"): (EDITOR, {"run": NO_ID, "name": "Test"}, 404),  # no such run
    ("flow-try", "POST"): (OPERATOR, None, 202),
    ("flow-test", "PATCH"): (EDITOR, {"checks": []}, 404),  # nothing is saved
    ("flow-test", "DELETE"): (EDITOR, None, 404),
    ("flow-tokens", "POST"): (VIEWER, {"key": "put", "data": {}}, 200),
    ("flow-retry", "POST"): (VIEWER, {"key": "put", "retry": {"attempts": 3}}, 200),
    ("flow-part", "GET"): (OPERATOR, {"step": "start", "extent": "only"}, 200),
    ("flow-part", "POST"): (OPERATOR, {"step": "start", "extent": "only"}, 202),
    ("flow-pins", "GET"): (VIEWER, None, 200),
    ("flow-pin", "GET"): (VIEWER, None, 404),  # nothing is pinned
    ("flow-pin", "PUT"): (EDITOR, {"outputs": {"out": [{"x": 1}]}}, 200),
    ("flow-pin", "DELETE"): (EDITOR, None, 204),
    ("flow-next-times", "POST"): (VIEWER, {"type": "trigger.schedule", "params": {}}, 200),
    ("flow-offers", "POST"): (EDITOR, {"type": "ai.mcp", "params": {}}, 200),
    ("flow-copy", "POST"): (EDITOR, None, 201),
    ("flow-export", "GET"): (VIEWER, None, 200),
    ("model-profiles", "GET"): (VIEWER, None, 200),
    ("model-profiles", "POST"): (EDITOR, {"name": "Second", "provider": "practice"}, 201),
    ("model-profile", "GET"): (VIEWER, None, 200),
    ("model-profile", "PATCH"): (EDITOR, {"name": "Renamed"}, 200),
    ("model-profile", "DELETE"): (EDITOR, None, 204),
    ("budgets", "GET"): (VIEWER, None, 200),
    ("budgets", "POST"): (ADMIN, {"name": "Month", "amount": "5"}, 201),
    ("budget", "GET"): (VIEWER, None, 200),
    ("budget", "PATCH"): (ADMIN, {"amount": "7.5"}, 200),
    ("budget", "DELETE"): (ADMIN, None, 204),
    ("prompts", "GET"): (VIEWER, None, 200),
    ("prompts", "POST"): (EDITOR, {"name": "Second", "text": "Say hello."}, 201),
    ("prompt-take", "POST"): (EDITOR, {"name": "Taken", "text": "Answer {{ input.x }}."}, 201),
    ("prompt", "GET"): (VIEWER, None, 200),
    ("prompt", "PATCH"): (EDITOR, {"archived": True}, 200),
    ("prompt", "DELETE"): (EDITOR, None, 204),
    ("prompt-versions", "POST"): (EDITOR, {"text": "Say it again."}, 201),
    ("prompt-restore", "POST"): (EDITOR, None, 201),
    ("runs", "GET"): (VIEWER, None, 200),
    ("run", "GET"): (VIEWER, None, 200),
    ("run-costs", "GET"): (VIEWER, None, 200),
    ("run-cancel", "POST"): (OPERATOR, None, 200),
    ("run-again", "GET"): (OPERATOR, None, 400),  # the run is not over yet
    ("run-again", "POST"): (OPERATOR, {"from": "start", "on": "same"}, 400),
    ("run-replay", "POST"): (OPERATOR, None, 400),
    ("run-file", "GET"): (VIEWER, None, 404),  # the run has no files
    ("run-events", "GET"): (VIEWER, None, 200),
    ("run-steps", "GET"): (VIEWER, None, 200),
    ("run-waits", "GET"): (VIEWER, None, 200),
    ("step-data", "GET"): (VIEWER, None, 200),
    ("step-resolve", "POST"): (OPERATOR, {"choice": "done"}, 409),
    ("approvals", "GET"): (VIEWER, None, 200),
    ("approval", "GET"): (VIEWER, None, 404),  # nothing is asked; see test_approvals
    ("approval", "POST"): (VIEWER, {"approved": True}, 404),
    ("collections", "GET"): (VIEWER, None, 200),
    ("tables", "GET"): (VIEWER, None, 200),
    ("mcp", "POST"): (OPERATOR, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, 200),
    ("mcp-workspace", "POST"): (
        OPERATOR,
        {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        200,
    ),
    ("openai-models", "GET"): (VIEWER, None, 200),  # of flows that may be run; else none
    ("openai-completions", "POST"): (VIEWER, {"model": "none", "messages": []}, 404),
    ("metrics", "GET"): (ADMIN, None, 200),
    ("credentials", "GET"): (VIEWER, None, 200),
    ("credentials", "POST"): (
        EDITOR,
        {"name": "Other", "type": "http.bearer", "secret": {"token": "t0ken-long"}},
        201,
    ),
    ("credential-types", "GET"): (VIEWER, None, 200),
    ("credential", "GET"): (VIEWER, None, 200),
    ("credential", "PATCH"): (EDITOR, {"name": "Renamed"}, 200),
    ("credential", "DELETE"): (EDITOR, None, 204),
    ("credential-test", "POST"): (EDITOR, None, 200),
}

PUBLIC = {("wait", "POST")}  # whoever holds the token; see test_waits
