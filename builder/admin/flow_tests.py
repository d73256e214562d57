"""The tests of a flow: saving a run as one, trying all on the draft, and what differs."""

import json
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from builder.models import Flow, FlowTest
from builder.services.flow_tests import (
    drop_test,
    keep_as_test,
    parse_checks,
    set_checks,
    tests_of,
    try_tests,
)
from builder.services.prompt_diff import text_diff
from builder.services.refusals import Refusal
from runtime.admin.base import here
from runtime.admin.cells import badge, link, subtle
from runtime.models import Run


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the addresses of the page and of its buttons."""

    def button(address: str, view: Any, name: str) -> URLPattern:
        made: URLPattern = path(address, site.admin_view(require_POST(view)), name=name)
        return made

    return [
        button("runs/<uuid:run_id>/keep/", keep_button, "builder_run_keep"),
        button("<uuid:flow_id>/tests/try/", try_button, "builder_flow_try"),
        button("<uuid:flow_id>/tests/<uuid:test_id>/drop/", drop_button, "builder_test_drop"),
        path(
            "<uuid:flow_id>/tests/<uuid:test_id>/",
            site.admin_view(test_page),
            name="builder_test",
        ),
    ]


def tests_card(flow: Flow) -> dict[str, Any]:
    """Return what the flow's page shows of its tests."""
    tests = tests_of(flow)
    rows = [
        [
            link(reverse("admin:builder_test", args=[flow.id, test.id]), test.name),
            _state(test, flow),
        ]
        for test in tests
    ]
    passed = sum(1 for test in tests if test.passed)
    return {
        "flow_tests": {"headers": [_("Test"), _("On the draft")], "rows": rows},
        "tests_passed": passed,
        "tests_all": len(tests),
    }


def keep_button(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Save a run as a test of its flow."""
    run = get_object_or_404(Run, id=run_id, workspace_id=here(request))
    if not request.user.has_perm("builder.change_flow", run):
        raise PermissionDenied
    try:
        test = keep_as_test(run, name=request.POST.get("name", ""), actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:runtime_run_change", run.id)
    return redirect("admin:builder_test", test.flow_id, test.id)


def try_button(request: HttpRequest, flow_id: UUID) -> HttpResponse:
    """Try all tests on the draft."""
    flow = _flow(request, flow_id, "builder.run_flow")
    try:
        try_tests(flow, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:builder_flow_change", flow.id)


def drop_button(request: HttpRequest, flow_id: UUID, test_id: UUID) -> HttpResponse:
    """Remove a test."""
    flow = _flow(request, flow_id, "builder.change_flow")
    drop_test(get_object_or_404(flow.tests.all(), id=test_id), actor=request.user)
    return redirect("admin:builder_flow_change", flow.id)


def test_page(request: HttpRequest, flow_id: UUID, test_id: UUID) -> HttpResponse:
    """Show what differed in the last try; by POST, say what is compared."""
    changes = request.method == "POST"
    flow = _flow(request, flow_id, "builder.change_flow" if changes else "builder.view_flow")
    test = get_object_or_404(flow.tests.all(), id=test_id)
    if changes:
        try:
            set_checks(test, parse_checks(request.POST.get("checks", "")), actor=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:builder_test", flow.id, test.id)
    test = next(one for one in tests_of(flow) if one.id == test.id)
    context = {
        **admin.site.each_context(request),
        "title": test.name,
        "flow": flow,
        "test": test,
        "state": _state(test, flow),
        "checks": "\n".join(f"{one['path']} {one['how']}" for one in test.checks),
        "differences": [_shown(one) for one in test.differences],
        "run_url": reverse("admin:runtime_run_change", args=[test.run_id]),
        "tried_url": reverse("admin:runtime_run_change", args=[test.tried_run_id])
        if test.tried_run_id
        else None,
        "may_change": request.user.has_perm("builder.change_flow", flow),
    }
    return TemplateResponse(request, "builder/admin/flow_test.html", context)


def _flow(request: HttpRequest, flow_id: UUID, permission: str) -> Flow:
    flow = get_object_or_404(Flow, id=flow_id, workspace_id=here(request))
    if not request.user.has_perm(permission, flow):
        raise PermissionDenied
    return flow


def _state(test: FlowTest, flow: Flow) -> Any:
    if test.passed is None:
        return subtle(_("being tried") if test.tried_run_id else _("not tried yet"))
    if test.tried_revision != flow.draft_revision:
        return subtle(_("tried before the draft was changed"))
    return badge("succeeded", _("passes")) if test.passed else badge("failed", _("differs"))


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    expected, got = _text(found["expected"]), _text(found["got"])
    return {"path": found["path"], "pieces": text_diff(expected, got)}


def _text(value: Any) -> str:
    if value is None:
        return _("(nothing)")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
