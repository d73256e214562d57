"""Chooses the language, for pages of signed-in people and of guests."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as remember_in_browser

from builder.services.language import choose_language


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the choice with the person, and in this browser, and go back."""
    choose_language(request, request.POST.get("language", ""))
    response: HttpResponse = remember_in_browser(request)
    return response
