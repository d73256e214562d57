"""Answers only under names that are ours, so that no other site can pose as this one in a browser.

A name that leads to this machine in somebody's own DNS would make its pages count as ours.
"""

import socket
from collections.abc import Callable
from functools import cache
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBadRequest
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

FOR_MACHINES = frozenset({"/health", "/ready"})  # they tell states only, and are asked by any name


class KnownHostMiddleware:
    """Refuses other names with a sentence for the operator.

    An operator who lists names decides alone, by Django's own rule. Otherwise these are known: any
    bare IP address (no DNS stands behind it), localhost, the machine's own name, and the address
    people were told (SEGUE_PUBLIC_URL).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.ANSWER_TO_OWN_NAMES_ONLY and request.path not in FOR_MACHINES:
            name = split_domain_port(request.META.get("HTTP_HOST") or "localhost")[0]
            if not _is_known(name):
                return HttpResponseBadRequest(_sentence(name), content_type="text/plain")
        return self.get_response(request)


def _is_known(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        listed = [host for host in settings.ALLOWED_HOSTS if host != "*"]
        return bool(name) and validate_host(name, [*listed, *settings.OWN_NAMES, *_machine()])
    return True


@cache
def _machine() -> tuple[str, ...]:
    name = socket.gethostname().lower()
    return ("localhost", ".localhost", name, f"{name.partition('.')[0]}.local")


def _sentence(name: str) -> str:
    shown = name if len(name) < 100 and name.isprintable() else "?"
    return _(
        "Segue does not know itself by the name “%(name)s”. If it is yours, start Segue with "
        "SEGUE_PUBLIC_URL (the address people use) or SEGUE_ALLOWED_HOSTS=%(name)s."
    ) % {"name": shown}
