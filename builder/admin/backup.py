"""The page on which everything is downloaded as one file, for who looks after everything."""

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from builder.services.audit import record
from builder.services.make_backup import make_backup, usual_path
from builder.services.refusals import Refusal
from builder.services.whole_install import looks_after_everything

CHUNK = 1 << 20


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the page's address; it goes before those of the admin itself."""
    return [path("admin/backup/", site.admin_view(backup_page), name="backup")]


def backup_page(request: HttpRequest) -> HttpResponseBase:
    """Say what a backup is; by POST, make one and send it."""
    if not looks_after_everything(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _download(request)
    context = {**admin.site.each_context(request), "title": _("Backup")}
    return TemplateResponse(request, "builder/admin/backup.html", context)


def _download(request: HttpRequest) -> HttpResponseBase:
    try:
        # Never with the keys: they would lie in a browser's folder of downloads.
        made = make_backup(usual_path("download"))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("backup")
    record("backup_made", actor=request.user)
    size, source = made.path.stat().st_size, made.path.open("rb")
    made.path.unlink()  # it is open: what is left behind nobody has to clear away
    response = StreamingHttpResponse(_parts(source), content_type="application/zip")
    response["Content-Length"] = str(size)
    name = made.path.name.replace("download", "segue")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


async def _parts(source: BinaryIO) -> AsyncIterator[bytes]:
    with source:
        while part := await asyncio.to_thread(source.read, CHUNK):
            yield part
