"""Closed doors and wrong addresses, in the product's looks and with a way back."""

import sys

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from runtime.services.away import AWAY, RETRY_AFTER_SECONDS, is_away


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer when the person's role does not allow what was asked for."""
    return _page(request, 403, _("Your role in this workspace does not allow this."))


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer when there is no such address."""
    return _page(request, 404, _("There is nothing at this address."))


def failed(request: HttpRequest) -> HttpResponse:
    """Answer when something broke: while the database is away, with when to come back."""
    if is_away(sys.exc_info()[1]):
        # Nothing here may ask the database: neither for the person nor for the admin's menu.
        page = _plain(request, 503, str(AWAY))
        page.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return page
    return _plain(request, 500, _("This did not work. Try again in a moment."))


def _plain(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"message": sentence}, status=status)
    return HttpResponse(render_to_string(f"{status}.html", {"sentence": sentence}), status=status)


def _page(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"message": sentence}, status=status)
    return render(request, f"{status}.html", admin.site.each_context(request), status=status)
