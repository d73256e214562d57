"""*Reachable by others*: how this Segue is reached, what to do about it, and a check."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views import View

from builder.admin.navigation import admins
from builder.services.addresses import public_url
from builder.services.reachability import answer_for, check_address, judge, situation_of


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the page's address; it goes before those of the admin itself."""
    return [
        path("admin/reachable/", site.admin_view(reachable_page), name="reachable"),
        path("reachable/<str:asked>/", ReachableView.as_view(), name="reachable-check"),
    ]


def reachable_page(request: HttpRequest) -> HttpResponse:
    """Show how things are; by POST, ask at the address as well."""
    if not admins(request):
        raise PermissionDenied
    address = public_url(request)
    context = {
        **admin.site.each_context(request),
        "title": _("Reachable by others"),
        "address": address,
        "findings": judge(situation_of(request)),
        "checked": check_address(address) if request.method == "POST" else None,
    }
    return TemplateResponse(request, "builder/admin/reachable.html", context)


class ReachableView(View):
    """Answers our own question, so that we know that an address leads here."""

    public = "answers only what this Segue itself asked a minute ago"
    http_method_names = ["get"]

    def get(self, request: HttpRequest, asked: str) -> HttpResponse:
        """Return what only this Segue knows."""
        answer = answer_for(asked)
        if answer is None:
            raise Http404
        return HttpResponse(answer, content_type="text/plain")
