"""Which web pages may call an address from a browser (CORS, the Fetch standard)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.ingress.respond import Reply
from runtime.ingress.routing import FoundRoute

ANY = "*"
ASKED_METHOD = b"access-control-request-method"


def asks_beforehand(scope: Mapping[str, Any]) -> str | None:
    """The method a browser asks for before it sends a call; None where it asks nothing."""
    if scope["method"] != "OPTIONS":
        return None
    wanted = dict(scope["headers"]).get(ASKED_METHOD)
    return None if wanted is None else wanted.decode("latin-1")


def may_call(route: FoundRoute, headers: Mapping[str, str]) -> Reply:
    """The answer to that question; without the headers the browser lets the page not call."""
    allowed = allowing(route, headers)
    if allowed:
        allowed["access-control-allow-methods"] = ", ".join(route.methods)
        wanted = headers.get("access-control-request-headers", "")
        if wanted and len(wanted) < 1000 and wanted.isascii() and wanted.isprintable():
            allowed["access-control-allow-headers"] = wanted
        allowed["access-control-max-age"] = "600"
    return 204, {"vary": "origin", **allowed}, b""


def allowing(route: FoundRoute, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that let a page read the answer; none for pages that are not on the list.

    Never with cookies: an address is not called in the name of somebody who is signed in here.
    """
    origins, origin = route.settings.get("origins") or (), headers.get("origin", "")
    if not origin or not (ANY in origins or origin in origins):
        return {}
    return {"access-control-allow-origin": ANY if ANY in origins else origin, "vary": "origin"}
