"""Remembers from which address a request came, for the audit log; nothing decides by it."""

from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.http import HttpRequest
from django.http.response import HttpResponseBase

client_address: ContextVar[str | None] = ContextVar("client_address", default=None)


class ClientAddressMiddleware:
    """Sets the address for the time of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = client_address.set(_address(request))
        try:
            return self.get_response(request)
        finally:
            client_address.reset(token)


def _address(request: HttpRequest) -> str | None:
    """Return the peer; behind a declared proxy the last address that this proxy saw."""
    address = str(request.META.get("REMOTE_ADDR") or "")
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR") or "")
    if settings.BEHIND_PROXY and forwarded:
        address = forwarded.rsplit(",", 1)[-1].strip()
    try:
        validate_ipv46_address(address)
    except ValidationError:
        return None
    return address
