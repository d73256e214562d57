"""Serves the canvas: an empty page that loads Vite's bundle under a strict policy."""

import json
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views import View

from builder.middleware.content_security import HEADER, canvas_policy
from builder.models import Flow
from builder.services.access import choose_workspace, roles_of

ENTRY = "src/main.tsx"


class CanvasView(LoginRequiredMixin, View):
    """The same page for the draft and for a past run; the browser asks the API for either."""

    permissions = {"GET": "builder.view_flow"}
    http_method_names = ["get"]

    def get(self, request: HttpRequest, flow_id: UUID, run_id: UUID | None = None) -> HttpResponse:
        """Answer with the page, or say kindly that the canvas was not built."""
        flow = Flow.objects.in_workspaces(roles_of(request.user)).filter(id=flow_id).first()
        if flow is None:
            raise Http404
        # What this page's API calls mean by "the workspace" is the one of the flow on it.
        choose_workspace(request, flow.workspace_id)
        bundle = canvas_bundle()
        if bundle is None:
            context = {**admin.site.each_context(request), "flow": flow}
            return render(request, "builder/canvas_missing.html", context, status=503)
        nonce = secrets.token_urlsafe(16)
        context = {
            "flow": flow,
            "run_id": run_id,
            "nonce": nonce,
            "language": get_language(),
            "script": bundle["script"],
            "styles": bundle["styles"],
        }
        response = render(request, "builder/canvas.html", context)
        response[HEADER] = canvas_policy(nonce)
        response["Cache-Control"] = "no-store"
        return response


def canvas_bundle() -> dict[str, Any] | None:
    """Return the addresses of the entry script and its styles, None when nothing is built."""
    folder: Path | None = settings.CANVAS_DIST
    manifest = folder / ".vite" / "manifest.json" if folder else None
    if manifest is None or not manifest.is_file():
        return None
    return _read_manifest(manifest, manifest.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read_manifest(path: Path, changed: int) -> dict[str, Any]:
    """Read Vite's manifest once for each build (`changed` only tells builds apart)."""
    chunks = json.loads(path.read_text())
    styles: list[str] = []
    _collect_styles(chunks, ENTRY, styles, set())
    return {
        "script": static(f"canvas/{chunks[ENTRY]['file']}"),
        "styles": [static(f"canvas/{name}") for name in dict.fromkeys(styles)],
    }


def _collect_styles(chunks: dict[str, Any], name: str, styles: list[str], seen: set[str]) -> None:
    if name in seen:
        return
    seen.add(name)
    for imported in chunks[name].get("imports", []):
        _collect_styles(chunks, imported, styles, seen)
    styles += chunks[name].get("css", [])
