"""`/api/runs/…/files/…/`: the bytes of a file that a run refers to, only ever as a download."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, BinaryIO
from uuid import UUID

from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from runtime.api.base import ScopedView
from runtime.filing.shelf import FileGoneError
from runtime.models import Run
from runtime.sdk.sizes import PIECE_BYTES
from runtime.services.files import name_in_run, open_file_of_run


class RunFileView(ScopedView):
    permissions = {"GET": "runtime.view_run"}

    @extend_schema(
        parameters=[OpenApiParameter("step", str), OpenApiParameter("iteration", str)],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, run_id: UUID, sha256: str) -> HttpResponseBase:
        """Return a file of the run, by its hash; `step` says by whose name it is saved."""
        run = self.find(Run.objects.all(), id=run_id)
        query = request.query_params
        try:
            found = open_file_of_run(run, sha256)
        except FileGoneError:
            raise Http404(_("This file is not kept any longer.")) from None
        file = name_in_run(run, query.get("step", ""), query.get("iteration", ""), sha256)
        return download(found, file.name if file else sha256[:12])


def download(found: BinaryIO, name: str) -> HttpResponseBase:
    """Bytes for a person's disk: whatever they are, no browser shows or runs them as a page."""
    size = found.seek(0, 2)
    found.seek(0)
    headers: dict[str, Any] = {
        "Content-Length": str(size),
        "Content-Disposition": content_disposition_header(True, name),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(
        _pieces(found), content_type="application/octet-stream", headers=headers
    )


async def _pieces(found: BinaryIO) -> AsyncIterator[bytes]:
    with found:
        while piece := await asyncio.to_thread(found.read, PIECE_BYTES):
            yield piece
