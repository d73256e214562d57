"""Says in every answer what the browser may load and run.

Three policies: pages default to the weaker one that the admin needs, the canvas sets its own
strict one, and everything that is not a page may load nothing at all.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Content-Security-Policy"

_COMMON = (
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)

# Stated openly: django-unfold bundles Alpine, which builds functions from attribute text
# ('unsafe-eval') and writes handlers and styles into the page ('unsafe-inline'). Nothing is
# loaded from elsewhere, and what people typed is escaped by Django's templates.
ADMIN_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    f"style-src 'self' 'unsafe-inline'; {_COMMON}"
)
NOTHING_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


def canvas_policy(nonce: str) -> str:
    """Return the canvas's policy: own scripts only, no eval, styles by nonce (Mantine)."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
        f"worker-src 'self' blob:; frame-src 'self'; {_COMMON}"
    )


def public_policy() -> str:
    """Return the policy of pages for strangers: own scripts and styles only, nothing inline."""
    return f"default-src 'none'; script-src 'self'; style-src 'self'; {_COMMON}"


class ContentSecurityMiddleware:
    """Adds the policy, unless the view set its own."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._later(request)
        return _protect(self.get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        return _protect(await self.get_response(request))


def _protect(response: HttpResponseBase) -> HttpResponseBase:
    if HEADER not in response:
        page = response.get("Content-Type", "").startswith("text/html")
        response[HEADER] = ADMIN_POLICY if page else NOTHING_POLICY
    response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    return response
