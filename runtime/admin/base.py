"""What every admin page shares: rows of the current workspace only, permissions by role."""

from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from runtime.api.base import Place
from runtime.services.access import access

Row = TypeVar("Row", bound=models.Model)


class ScopedAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """Base of the pages. `access_name` is the model's name in the table of permissions."""

    access_name: ClassVar[str]
    empty_title: ClassVar[Any] = ""
    empty_text: ClassVar[Any] = ""
    empty_icon: ClassVar[str] = "inbox"
    empty_value_display = "–"
    list_per_page = 50
    actions: Any = None

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Offer one button that saves, not three."""
        one_button = {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().changeform_view(
            request, object_id, form_url, {**one_button, **(extra_context or {})}
        )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Keep the rows of the workspace the person works in."""
        rows: models.QuerySet[Any] = super().get_queryset(request)
        return rows.filter(workspace_id=here(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the table of permissions."""
        return self.may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Ask the table of permissions."""
        return self.may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the table of permissions."""
        return self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the table of permissions."""
        return self.may(request, "delete", obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the section to whom may view it."""
        return self.may(request, "view")

    def may(self, request: HttpRequest, action: str, obj: Any = None) -> bool:
        """Return whether the person may do this to the row, or here when there is no row yet."""
        workspace_id = here(request)
        if workspace_id is None:
            return False
        target: Any = obj if obj is not None else Place(workspace_id)
        return request.user.has_perm(f"{self.access_name.replace('.', f'.{action}_', 1)}", target)


class ReadOnlyAdmin(ScopedAdmin):
    """A page that only shows."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: these rows come from elsewhere."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what happened, happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what happened, happened."""
        return False


def here(request: HttpRequest) -> UUID | None:
    """Return the workspace the person works in."""
    return access().current_workspace(request)
