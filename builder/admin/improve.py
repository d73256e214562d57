"""On a flow's page: *What to improve*, each piece of advice with one button, and the way back."""

import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from builder.models import Flow
from builder.services.improve_flow import advice_for, apply_edit, taken_back
from builder.services.refusals import Refusal
from runtime.admin.base import here
from runtime.services.improvements import Edit

_SALT = "improve"
_LAST = "improved"  # in the session: the edit that takes the last one back


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the address of the buttons."""
    return [
        path(
            "<uuid:object_id>/improve/",
            site.admin_view(require_POST(improve_button)),
            name="builder_flow_improve",
        )
    ]


def improve_card(flow: Flow, request: HttpRequest) -> dict[str, Any]:
    """Return what the card shows."""
    last = request.session.get(_LAST)
    undo = last.get("edit") if isinstance(last, dict) and last.get("flow") == str(flow.id) else None
    rows = [
        {
            "seen": one.seen,
            "change": one.change,
            "edit": _packed(one.edit) if one.edit else None,
        }
        for one in advice_for(flow)
    ]
    return {"advice": rows, "improve_undo": undo}


def improve_button(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Change the draft as one piece of advice says, or take that back."""
    flow = get_object_or_404(Flow, id=object_id, workspace_id=here(request))
    if not request.user.has_perm("builder.change_flow", flow):
        raise PermissionDenied
    undoing = "undo" in request.POST
    try:
        edit = _opened(request.POST.get("edit", ""))
        apply_edit(flow, edit, actor=request.user)
    except (BadSignature, ValueError, TypeError):
        messages.error(request, _("This page is out of date. Look at it again."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        back = {"flow": str(flow.id), "edit": _packed(taken_back(edit))}
        request.session[_LAST] = None if undoing else back
        said = _("Taken back.") if undoing else _("Changed in the draft. Test it, then publish it.")
        messages.success(request, said)
    return redirect(f"{reverse('admin:builder_flow_change', args=[flow.id])}#improve")


def _packed(edit: Edit) -> str:
    """Signed: what comes back was offered by us."""
    return Signer(salt=_SALT).sign(json.dumps(asdict(edit)))


def _opened(text: str) -> Edit:
    return Edit(**json.loads(Signer(salt=_SALT).unsign(text)))
