"""The admin, walked as each role: whatever is shown may be opened, and pressed."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from tests.admin.test_pages import BUTTONS, PAGES, RANK
from tests.support.people import Place, browser

LINK = re.compile(r'<a\b[^>]*?\shref="([^"#]+)"')
FORM = re.compile(r"<form\b[^>]*>")
ACTION = re.compile(r'\saction="([^"]*)"')
METHOD = re.compile(r'\smethod="post"', re.IGNORECASE)
ELSEWHERE = ("/i18n/", "/admin/logout/", "/static/", "/admin/jsi18n/")
MOST_PAGES = 80
# What pages outside of tests/admin/test_pages.py ask for.
MORE = {
    "builder_invitation_add": "admin",
    "builder_invitation_revoke": "admin",
    "backup": "admin",
    "builder_auditentry_change": "admin",
    "builder_flow_tell": "editor",
    "builder_flow_templates": "viewer",
    "builder_flow_use_template": "editor",
    "builder_flow_import": "editor",
    "builder_modelprofile_connect": "editor",
    "inbox": "viewer",
    "reachable": "admin",
    "runtime_collection_changelist": "viewer",
    "runtime_outboxmail_changelist": "viewer",
    "inbox-question": "operator",
    "login": "viewer",
}


@pytest.mark.parametrize("role", list(RANK))
def test_nothing_is_shown_that_one_may_not_use(place: Place, role: str) -> None:
    client = browser(place.people[role])
    wrong: list[tuple[str, object]] = []
    seen: set[str] = set()
    waiting = ["/admin/"]
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        if answer.status_code >= 400:
            wrong.append((path, answer.status_code))
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = answer.content.decode()
        waiting += [link for link in links(page) if link not in seen]
        wrong += [(path, button) for button in buttons(page, path) if not may(role, button)]
    assert wrong == []
    assert len(seen) > 12
    admins_only = {"/admin/backup/", "/admin/builder/membership/", "/admin/builder/auditentry/"}
    assert (admins_only <= seen) is (role == "admin")


def links(page: str) -> list[str]:
    """The pages of the admin that a page leads to; of lists, each once."""
    found = [unescape(link) for link in LINK.findall(page)]
    inside = [link for link in found if link.startswith("/admin/")]
    return [link for link in inside if not link.startswith(ELSEWHERE) and "?" not in link]


def buttons(page: str, path: str) -> list[str]:
    """The names of the addresses that a page's buttons post to."""
    forms = [form for form in FORM.findall(page) if METHOD.search(form)]
    actions = [found[1] if (found := ACTION.search(form)) else path for form in forms]
    named = [
        name_of(unescape(action) or path) for action in actions if not action.startswith(ELSEWHERE)
    ]
    return [name for name in named if name]


def name_of(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).url_name or ""
    except Resolver404:
        return f"nothing at {path}"


def may(role: str, name: str) -> bool:
    """Whether the table of pages and buttons lets the role post there."""
    least = BUTTONS.get(name) or MORE.get(name) or PAGES.get(name, "")
    # Lists and pages of rows are forms as well where they are only shown.
    return bool(least) and RANK[role] >= RANK[least]


def test_strangers_are_asked_to_sign_in(db: None) -> None:
    assert Client().get("/admin/backup/").headers["Location"].startswith("/admin/login/")
