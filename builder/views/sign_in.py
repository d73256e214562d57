"""Signs a person in by a one-time link. Opening it shows a button: previews must not use it up."""

from django.contrib import admin
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from builder.models import LoginLink
from builder.services.login_link import find_login_link, use_login_link


@method_decorator(never_cache, name="dispatch")
class SignInView(View):
    """Public on purpose: the link itself is what lets the person in."""

    public = "the one-time token in the address is the permission"
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the button, or say that the link was used."""
        if request.user.is_authenticated:
            return redirect("admin:index")
        link = find_login_link(token)
        status = 200 if link else 410
        return _page(request, link, status)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Use the link up and sign in."""
        user = use_login_link(token)
        if user is None:
            return _page(request, None, 410)
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect("admin:index")


def _page(request: HttpRequest, link: LoginLink | None, status: int) -> HttpResponse:
    context = {**admin.site.each_context(request), "link": link}
    return render(request, "builder/sign_in.html", context, status=status)
