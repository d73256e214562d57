"""Slows down whoever guesses passwords. It counts the refusals in the audit log, so that all
processes count the same and a restart forgets nothing. One-time links work all the same."""

import time
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from builder.middleware.client_address import client_address
from builder.models import AuditEntry

WINDOW_SECONDS = 600
TRIES_BY_ONE = 10  # one address at one account
TRIES_AT_ACCOUNT = 50  # from everywhere
TRIES_BY_ADDRESS = 100  # at all accounts; many people may share one address


class SignInLimit:
    """The first authentication backend: it lets nobody in, it only stops."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, **credentials: Any
    ) -> None:
        """Raise a sentence for the form when there were too many tries."""
        if request is not None and username and _too_many(username[:150], client_address.get()):
            raise ValidationError(
                _("There were too many tries. Wait ten minutes, or ask an admin for a link."),
                code="too_many_tries",
            )


def _too_many(name: str, address: str | None) -> bool:
    # The ids begin with their moment: the key's own index finds the last minutes' rows.
    since = UUID(int=int((time.time() - WINDOW_SECONDS) * 1000) << 80)
    refused = AuditEntry.objects.filter(id__gte=since, action="sign_in_refused")
    at_account, by_address, by_both = 0, 0, 0
    for actor, ip in refused.values_list("actor", "ip")[: 10 * TRIES_BY_ADDRESS]:
        at_account += actor == name
        by_address += ip == address
        by_both += actor == name and ip == address
    return (
        by_both >= TRIES_BY_ONE or at_account >= TRIES_AT_ACCOUNT or by_address >= TRIES_BY_ADDRESS
    )
