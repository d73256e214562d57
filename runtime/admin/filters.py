"""Filters of the list of runs."""

from typing import Any
from uuid import UUID

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from runtime.admin.base import here
from runtime.admin.cells import state_words
from runtime.models import Run, RunMode, RunStatus
from runtime.services.access import access


class StatusFilter(SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer every state."""
        return [(value, state_words(value)) for value in RunStatus.values]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Run]) -> QuerySet[Run]:
        """Keep the runs in it."""
        return queryset.filter(status=self.value()) if self.value() else queryset


class ModeFilter(SimpleListFilter):
    title = _("kind")
    parameter_name = "mode"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer live and test."""
        return [(value, label) for value, label in RunMode.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Run]) -> QuerySet[Run]:
        """Keep the runs of it."""
        return queryset.filter(mode=self.value()) if self.value() else queryset


class FlowFilter(SimpleListFilter):
    title = _("flow")
    parameter_name = "flow"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the workspace's flows."""
        workspace_id = here(request)
        names = access().flows_in(workspace_id) if workspace_id else {}
        return [(str(flow_id), name) for flow_id, name in names.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Run]) -> QuerySet[Run]:
        """Keep the runs of it; something that is no id finds none."""
        value = self.value()
        if not value:
            return queryset
        try:
            return queryset.filter(flow_id=UUID(value))
        except ValueError:
            return queryset.none()


class StarterFilter(SimpleListFilter):
    title = _("who started it")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the workspace's people, and that nobody did."""
        workspace_id = here(request)
        people = access().members_of(workspace_id) if workspace_id else {}
        named = [(str(person), name) for person, name in people.items()]
        return [("me", str(_("Me"))), *named, ("nobody", str(_("No person")))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Run]) -> QuerySet[Run]:
        """Keep the runs of that person; something that is no person finds none."""
        value = self.value()
        if not value:
            return queryset
        if value == "nobody":
            return queryset.filter(started_by=None)
        if value == "me":
            return queryset.filter(started_by=request.user.pk)
        known = value.isascii() and value.isdigit() and len(value) < 10
        return queryset.filter(started_by=int(value)) if known else queryset.none()
