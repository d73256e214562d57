"""`/metrics` for Prometheus. It tells of the whole server, so not everybody may read it."""

import hmac
import os

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from runtime.api.base import ScopedView

TOKEN = "SEGUE_METRICS_TOKEN"  # noqa: S105  the variable's name
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class MetricsView(ScopedView):
    permissions = {"GET": "runtime.view_operations"}
    _is_prometheus = False  # came with the server's own token

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """Return all figures, to an admin of a workspace or to whoever has the server's token."""
        if not self._is_prometheus:
            self.workspace()
        from runtime.observe.scrape import scrape

        return HttpResponse(scrape(), content_type=CONTENT_TYPE)

    def perform_authentication(self, request: Request) -> None:
        """Let the server's own token in without a person."""
        wanted = os.environ.get(TOKEN, "")
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if wanted and hmac.compare_digest(given.encode(), wanted.encode()):
            self._is_prometheus = True
            return
        super().perform_authentication(request)

    def check_permissions(self, request: Request) -> None:
        """Ask for a person unless the token was right."""
        if not self._is_prometheus:
            super().check_permissions(request)
