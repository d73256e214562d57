"""Tables: their columns, and the way to their rows and files."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminFileFieldWidget

from runtime.admin.base import ScopedAdmin, here
from runtime.admin.cells import link
from runtime.admin.column import column, time_column
from runtime.api.base import Place
from runtime.keeping.columns import KEY_KINDS, MOST_COLUMNS, ROW_ID, Column, ColumnKind
from runtime.keeping.sheets import export_csv, import_csv, read_text
from runtime.keeping.tables import opened, rekey, twice
from runtime.models import DataColumn, DataTable
from runtime.sdk import NodeError
from runtime.services.notices import notice
from runtime.services.spoken import spoken


class ColumnForms(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Checks the columns together."""

    def clean(self) -> None:
        """Refuse names that occur twice, and a key that does not find one row each."""
        super().clean()
        kept = [f.cleaned_data for f in self.forms if _stays(f)]
        names = [one["name"].strip().casefold() for one in kept]
        if len(names) != len(set(names)):
            raise ValidationError(_("Two columns have the same name."))
        if ROW_ID in names or not all(name.isprintable() for name in names):
            raise ValidationError(_("A column cannot be called so."))
        if len(names) > MOST_COLUMNS:
            raise ValidationError(_("A table has at most %d columns.") % MOST_COLUMNS)
        self._check_key([one for one in kept if one["is_key"]])

    def add_fields(self, form: "forms.ModelForm[Any]", index: int | None) -> None:
        """Let each box say what it is: the heading of its column is far from it."""
        super().add_fields(form, index)
        for field in form.fields.values():
            if field.label and not field.widget.is_hidden:
                field.widget.attrs["aria-label"] = str(field.label)

    def _check_key(self, keys: list[dict[str, Any]]) -> None:
        if len(keys) > 1:
            raise ValidationError(_("Only one column can hold each value once."))
        if not keys:
            return
        if keys[0]["kind"] not in KEY_KINDS:
            raise ValidationError(_("Each value once: that goes for text, numbers and dates."))
        there = keys[0].get("id")
        if there is None or self.instance.pk is None:
            return
        # Held until the change is made, so that no flow adds a second one in between.
        table = DataTable.objects.select_for_update().get(pk=self.instance.pk)
        value = twice(table, Column(str(there.pk), there.name, ColumnKind(there.kind)))
        if value is not None:
            raise ValidationError(
                _("“%s” is there more than once, so rows are not found by it.") % value
            )


def _stays(form: forms.BaseForm) -> bool:
    data = getattr(form, "cleaned_data", {})
    return bool(data.get("name")) and not data.get("DELETE")


class ColumnInline(TabularInline):  # type: ignore[misc]  # unfold is untyped
    model = DataColumn
    formset = ColumnForms
    fields = ("name", "kind", "is_key")
    extra = 1
    hide_title = True
    verbose_name_plural = _("Columns")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask about the table."""
        return _may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask about the table."""
        return _may(request, "change", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask about the table."""
        return _may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask about the table."""
        return _may(request, "change", obj)


def _may(request: HttpRequest, action: str, obj: Any) -> bool:
    workspace_id = here(request)
    target: Any = obj if obj is not None else Place(workspace_id) if workspace_id else None
    return target is not None and request.user.has_perm(f"runtime.{action}_datatable", target)


class ImportForm(forms.Form):
    """Chooses a file."""

    file = forms.FileField(
        label=_("CSV file"), widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,text/csv"})
    )


class TableForm(forms.ModelForm):  # type: ignore[type-arg]
    workspace_id: UUID | None = None

    class Meta:
        model = DataTable
        fields = ("name",)

    def clean_name(self) -> str:
        """Refuse a name that is taken."""
        name = str(self.cleaned_data["name"]).strip()
        if self.workspace_id is None or not name.isprintable():
            raise ValidationError(_("The table cannot be called so."))
        others = DataTable.objects.in_workspace(self.workspace_id).exclude(pk=self.instance.pk)
        if name.casefold() in {other.casefold() for other in others.values_list("name", flat=True)}:
            raise ValidationError(_("There is already a table called “%s”.") % name)
        return name


@admin.register(DataTable)
class DataTableAdmin(ScopedAdmin):
    access_name = "runtime.datatable"
    form = TableForm
    inlines = (ColumnInline,)
    list_display = ("name", "columns_named", "rows", time_column("updated_at", _("Changed")))
    search_fields = ("name",)
    change_form_outer_before_template = "runtime/admin/table.html"
    empty_title = _("No tables yet")
    empty_text = _("A table keeps rows that your flows read and write, as a sheet does.")
    empty_icon = "table"

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        """Tell the form where it is."""
        base = super().get_form(request, obj, change=change, **kwargs)
        made: type[Any] = type("BoundTableForm", (base,), {"workspace_id": here(request)})
        return made

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Offer to take a file over to those who may change rows."""
        table = self.get_object(request, object_id)
        may = table is not None and request.user.has_perm("runtime.change_datarow", table)
        extra = {"import_form": ImportForm() if may else None, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keep it in the workspace, and tell the audit log."""
        workspace_id = obj.workspace_id or here(request)
        if workspace_id is None:
            raise PermissionDenied
        obj.workspace_id = workspace_id
        obj.save(update_fields=["name", "updated_at"] if change else None)
        notice("table_changed" if change else "table_added", obj, by=request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the columns, and find rows by the key column that is now."""
        super().save_related(request, form, formsets, change)
        if change and any(formset.has_changed() for formset in formsets):
            rekey(DataTable.objects.select_for_update().get(pk=form.instance.pk))

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Stay on the new table's page: rows come next."""
        return redirect(reverse("admin:runtime_datatable_change", args=[obj.pk]))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete it with its rows."""
        notice("table_deleted", obj, by=request.user)
        obj.delete()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the table alone: its rows may be a hundred thousand."""
        rows = sum(table.row_count for table in objs)
        return [str(table) for table in objs], {_now("rows"): rows}, set(), []

    def get_urls(self) -> list[URLPattern]:
        """Add the files."""
        own = [
            path(
                f"<uuid:object_id>/{name}/",
                self.admin_site.admin_view(getattr(self, f"{name}_file")),
                name=f"runtime_datatable_{name}",
            )
            for name in ("export", "import")
        ]
        urls: list[URLPattern] = super().get_urls()
        return [*own, *urls]

    def export_file(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Send the table as CSV."""
        table = self._table(request, object_id, "runtime.view_datatable")
        response = HttpResponse(
            "\ufeff" + export_csv(opened(table)), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="table-{table.id}.csv"'
        return response

    def import_file(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Take rows from a CSV file."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        table = self._table(request, object_id, "runtime.change_datarow")
        if not table.columns.exists() and not request.user.has_perm(
            "runtime.change_datatable", table
        ):
            raise PermissionDenied
        self._import(request, table)
        return redirect(reverse("admin:runtime_datatable_change", args=[table.id]))

    def _import(self, request: HttpRequest, table: DataTable) -> None:
        file = request.FILES.get("file")
        if file is None:
            messages.warning(request, _now("Choose a file first."))
            return
        try:
            brought = import_csv(table, read_text(file.read()))
        except NodeError as error:
            told = " ".join(spoken(part) for part in (error.message, error.fix) if part)
            messages.error(request, _now("Nothing was taken over. %s") % told)
            return
        notice("table_imported", table, by=request.user)
        counts = {"added": brought.added, "changed": brought.changed}
        messages.success(request, _now("%(added)d rows added, %(changed)d changed.") % counts)

    def _table(self, request: HttpRequest, table_id: UUID, permission: str) -> DataTable:
        table = get_object_or_404(DataTable, id=table_id, workspace_id=here(request))
        if not request.user.has_perm(permission, table):
            raise PermissionDenied
        return table

    @column(description=_("Columns"))
    def columns_named(self, table: DataTable) -> str:
        """Name the columns."""
        return ", ".join(one.name for one in table.columns.all()[:12]) or "–"

    @column(description=_("Rows"), ordering="row_count")
    def rows(self, table: DataTable) -> SafeString:
        """Lead to the rows."""
        return link(
            f"{reverse('admin:runtime_datarow_changelist')}?table={table.pk}", table.row_count
        )
