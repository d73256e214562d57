"""Home: what ran, what failed, what waits, how the parts do. Reads only."""

from typing import Any

from django.http import HttpRequest


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the index page's context what its template shows."""
    return context
