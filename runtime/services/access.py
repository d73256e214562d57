"""Asks design time who may see which workspace, without importing it (setting `SEGUE_ACCESS`)."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest
from django.utils.module_loading import import_string


class Access(Protocol):
    """What run time needs to know about a person."""

    def workspaces_of(self, user: AbstractBaseUser | AnonymousUser) -> frozenset[UUID]:
        """Return the ids of the person's workspaces."""
        ...

    def current_workspace(self, request: HttpRequest) -> UUID | None:
        """Return the workspace the person works in."""
        ...

    def flow_names(self, flow_ids: frozenset[UUID]) -> dict[UUID, str]:
        """Return the names of these flows; deleted ones are left out."""
        ...

    def languages_of(self, addresses: Collection[str]) -> dict[str, str]:
        """Return the language of each mail address whose person chose one."""
        ...

    def flows_in(self, workspace_id: UUID) -> dict[UUID, str]:
        """Return the names of a workspace's flows, in alphabetical order."""
        ...

    def last_editors(self, flow_id: UUID, version: int | None) -> frozenset[int]:
        """Return the ids of whoever changed a flow last, and of who published this version."""
        ...

    def people(self, ids: Collection[int]) -> dict[int, str]:
        """Return what people are called, by their ids; those who are gone are left out."""
        ...

    def members_of(self, workspace_id: UUID) -> dict[int, str]:
        """Return what a workspace's people are called, by their ids, in alphabetical order."""
        ...

    def key_name(self, token: Any) -> str:
        """Return what the API key is called that a request came with."""
        ...

    def use_key(self, token: Any) -> str | None:
        """Count one call of an API key; return why it may not be made, or None where it may."""
        ...

    def addresses_of(
        self, workspace_id: UUID, names: Collection[str], permission: str | None
    ) -> dict[int, str]:
        """Return the mail addresses of members, by their ids.

        Of those who sign in or get mails by one of these names, and of those who have the
        permission. Who has no address kept is left out.
        """
        ...


@lru_cache(maxsize=1)
def access() -> Access:
    """Return the configured answerer."""
    made: Access = import_string(settings.SEGUE_ACCESS)()
    return made
