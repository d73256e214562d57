"""What the workspace knows: collections, and the documents in them."""

from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from runtime.admin.base import ReadOnlyAdmin, ScopedAdmin, here
from runtime.admin.cells import link
from runtime.admin.column import column, time_column
from runtime.keeping.knowledge import remove
from runtime.models import Collection, Document


@admin.register(Collection)
class CollectionAdmin(ScopedAdmin):
    access_name = "runtime.collection"
    actions = ()
    list_display = ("name", "about", "documents_there", time_column("changed_at", _("Changed")))
    search_fields = ("name", "about")
    fields = ("name", "about", "documents_there", "measured")
    readonly_fields = ("name", "documents_there", "measured")
    empty_title = _("Nothing is known yet")
    empty_text = _(
        "A step “Add to knowledge” puts documents into a collection; a step “Find in knowledge” "
        "finds in it what fits a question."
    )
    empty_icon = "menu_book"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Count the documents along."""
        rows: models.QuerySet[Any] = super().get_queryset(request)
        counted: models.QuerySet[Any] = rows.annotate(n=Count("documents"))
        return counted

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Title the list."""
        return super().changelist_view(request, {"title": _("Knowledge"), **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: the step that fills it makes it."""
        return False

    @column(description=_("Documents"), ordering="n")
    def documents_there(self, collection: Any) -> SafeString:
        """Show how many, and lead to them."""
        place = reverse("admin:runtime_document_changelist")
        return link(f"{place}?collection__id__exact={collection.pk}", str(collection.n))

    @column(description=_("Measured by"))
    def measured(self, collection: Collection) -> str:
        """Show which model said what its passages mean."""
        return collection.model or "–"

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the collection alone: its passages may be a hundred thousand."""
        count = Document.objects.filter(collection__in=objs).count()
        return [str(one) for one in objs], {_("documents"): count}, set(), []


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    access_name = "runtime.document"
    actions = ()
    list_display = ("title", "where", "address", time_column("read_at", _("Read")))
    search_fields = ("title", "key", "address")
    list_filter = ("collection",)
    fields = ("title", "where", "key", "address", "about", "read", "text")
    readonly_fields = ("where", "read")
    empty_title = _("No documents here")
    empty_text = _("A step “Add to knowledge” puts them in.")
    empty_icon = "description"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Keep those of the workspace the person works in."""
        rows: models.QuerySet[Any] = super(ScopedAdmin, self).get_queryset(request)
        return rows.filter(collection__workspace_id=here(request)).select_related("collection")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask about the collection it is in."""
        return self.may(request, "delete")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask about the workspace: the rows are its own already."""
        return self.may(request, "view")

    def delete_model(self, request: HttpRequest, obj: Document) -> None:
        """Take it out, so that no worker finds it a moment later."""
        with transaction.atomic():
            remove(obj.collection.workspace_id, obj.collection.name, obj.key)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the document alone."""
        return [str(one) for one in objs], {}, set(), []

    @column(description=_("Collection"))
    def where(self, document: Document) -> str:
        """Show which collection it is in."""
        return document.collection.name

    @column(description=_("Read"))
    def read(self, document: Document) -> str:
        """Show when it was read last."""
        return str(time_column("read_at", "")(document))
