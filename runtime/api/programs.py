"""What the addresses for other programs share (MCP, OpenAI's): a key, no cookies, own pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from knox.auth import TokenAuthentication
from rest_framework.exceptions import MethodNotAllowed, PermissionDenied
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from runtime.api.base import ScopedView


class BearerAuthentication(TokenAuthentication):  # type: ignore[misc]  # it has no types
    """The same API tokens as everywhere, in the form that other programs send keys in."""

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme."""
        return "Bearer"


class AnyAnswer(BaseContentNegotiation):
    """There is one form of answer, whatever a program says it takes."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Take the first."""
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        """Take the first."""
        return renderers[0], renderers[0].media_type


class ProgramView(ScopedView):
    """Base: never by session, so no page that a person visits can call it in their name."""

    authentication_classes = (BearerAuthentication, TokenAuthentication)
    content_negotiation_class = AnyAnswer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse pages of other sites: a browser's page could be led here by a false name."""
        if request.method not in self.permissions:
            raise MethodNotAllowed(request.method or "")  # what clients of MCP look for
        super().initial(request, *args, **kwargs)
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.get_host():
            raise PermissionDenied
