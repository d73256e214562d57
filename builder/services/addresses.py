"""The addresses we show: by which name the outside reaches this install."""

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def public_url(request: HttpRequest | Request) -> str:
    """Return `SEGUE_PUBLIC_URL`, else the address this request came by; no slash at the end."""
    if settings.PUBLIC_URL_GIVEN:
        return str(settings.PUBLIC_URL)
    return f"{request.scheme}://{request.get_host()}"
