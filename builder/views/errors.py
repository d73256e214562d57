"""Closed doors and wrong addresses, in the product's looks and with a way back."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer when the person's role does not allow what was asked for."""
    return _page(request, 403, _("Your role in this workspace does not allow this."))


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer when there is no such address."""
    return _page(request, 404, _("There is nothing at this address."))


def _page(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"message": sentence}, status=status)
    return render(request, f"{status}.html", admin.site.each_context(request), status=status)
