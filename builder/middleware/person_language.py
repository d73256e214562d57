"""Answers in the language the person chose; Django's own middleware has looked at the browser's."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from builder.services.language import SESSION_KEY


class PersonLanguageMiddleware:
    """Reads the session only where there is one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the chosen language for this request."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            chosen = request.session.get(SESSION_KEY)
            if chosen in dict(settings.LANGUAGES):
                request.LANGUAGE_CODE = chosen
                with translation.override(chosen):
                    return self.get_response(request)
        return self.get_response(request)
