"""Rows of a table: a list with the table's own columns, and a form with a box for each."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from runtime.admin.base import ScopedAdmin, here
from runtime.admin.column import column, time_column
from runtime.keeping.columns import Column, ColumnKind, fit, fitted
from runtime.keeping.tables import (
    OpenTable,
    add_row,
    change_row,
    opened,
    remove_rows,
    rows_of,
    same_key,
)
from runtime.models import DataRow, DataTable
from runtime.sdk import Json, NodeError
from runtime.sdk.values import as_text
from runtime.services.notices import notice
from runtime.services.spoken import spoken

SHOWN_COLUMNS = 8
MOST_FOUND = 500
_YES_NO = {True: _("Yes"), False: _("No")}


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """One box for each column; `open_table` is set for each request."""

    open_table: OpenTable

    class Meta:
        model = DataRow
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = json.loads(self.instance.cells)
        for one in self.open_table.columns:
            self.fields[box_name(one)].initial = _typed(one, kept.get(one.id))

    def clean(self) -> dict[str, Any]:
        """Refuse what does not fit, with the sentence a step would give."""
        super().clean()
        for one in self.open_table.columns:
            try:
                self.cleaned_data[box_name(one)] = fit(one, _read(one, self.cleaned_data))
            except NodeError as error:
                self.add_error(box_name(one), spoken(error.message))
        if not self.errors:
            # Held until the row is saved, so that no flow adds the same key in between.
            DataTable.objects.select_for_update().get(pk=self.open_table.row.pk)
            self._refuse_twice()
        return self.cleaned_data

    def values(self) -> dict[str, Json]:
        """What was typed, by column."""
        return {one.name: self.cleaned_data[box_name(one)] for one in self.open_table.columns}

    def _refuse_twice(self) -> None:
        try:
            there = same_key(self.open_table, fitted(self.open_table.columns, self.values()))
        except NodeError as error:
            raise ValidationError(spoken(error.message)) from None
        if there is not None and there.pk != self.instance.pk:
            name = self.open_table.key.name
            raise ValidationError(_("There is already a row with this “%s”.") % name)


@admin.register(DataRow)
class DataRowAdmin(ScopedAdmin):
    access_name = "runtime.datarow"
    form = RowForm
    search_fields = ("cells",)
    list_before_template = "runtime/admin/table_rows.html"
    list_display_links = None
    empty_title = _("No rows yet")
    empty_text = _("Flows add rows here; you can do so yourself, or take over a CSV file.")
    empty_icon = "table_rows"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Show one table's rows; without a table, let the person choose one."""
        table = self._table(request)
        if table is None:
            return redirect("admin:runtime_datatable_changelist")
        return super().changelist_view(
            request, {"title": table.name, "table": table, **(extra_context or {})}
        )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Add to the table the person came from."""
        if self.has_add_permission(request) and self._table(request) is None:
            return redirect("admin:runtime_datatable_changelist")
        return super().add_view(request, form_url, extra_context)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Show the table's first columns."""
        table = self._table(request)
        columns = opened(table).columns if table else ()
        shown = [_cell_column(one, first=not n) for n, one in enumerate(columns[:SHOWN_COLUMNS])]
        return [*shown, time_column("updated_at", _("Changed"))]

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> list[Any]:
        """Open the row by its first cell."""
        return list(list_display[:1])

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[DataRow], search_term: str
    ) -> tuple[QuerySet[DataRow], bool]:
        """Look into the cells; how they are written down is not what people search for."""
        table, wanted = self._table(request), search_term.strip().casefold()
        if table is None or not wanted:
            return queryset, False
        found: list[str] = []
        for row in rows_of(opened(table)):
            if any(wanted in as_text(v).casefold() for n, v in row.items() if n != "row_id"):
                found.append(str(row["row_id"]))
            if len(found) == MOST_FOUND:
                break
        return queryset.filter(id__in=found), False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        """Make the form with the table's boxes."""
        table = obj.table if obj is not None else self._table(request)
        if table is None:
            raise PermissionDenied
        open_table = opened(table)
        boxes = {box_name(one): _box(one) for one in open_table.columns}
        made: type[Any] = type("BoundRowForm", (RowForm,), {"open_table": open_table, **boxes})
        return made

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show a box for each column; the values alone to those who may only look."""
        table = obj.table if obj is not None else self._table(request)
        columns = opened(table).columns if table else ()
        if obj is not None and not self.has_change_permission(request, obj):
            return ((None, {"fields": ("as_text",)}),)
        return ((None, {"fields": [box_name(one) for one in columns]}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """See above."""
        looks = obj is not None and not self.has_change_permission(request, obj)
        return ("as_text",) if looks else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write as a step would, and tell the audit log."""
        table: OpenTable = form.open_table
        cells = fitted(table.columns, form.values())
        if change:
            change_row(table, obj, cells)
        else:
            obj.pk = UUID(str(add_row(table, cells)["row_id"]))
        notice("table_row_changed" if change else "table_row_added", table.row, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove the row, and count it."""
        notice("table_row_deleted", obj.table, by=request.user)
        remove_rows(obj.table, [obj.pk])

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Back to the rows."""
        return self._to_rows(self._table(request))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Back to the rows."""
        return self._to_rows(obj.table)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        """Back to the tables: which one it was is gone with the row."""
        return redirect("admin:runtime_datatable_changelist")

    def _to_rows(self, table: DataTable | None) -> HttpResponse:
        where = f"?table={table.pk}" if table else ""
        return redirect(f"{reverse('admin:runtime_datarow_changelist')}{where}")

    def _table(self, request: HttpRequest) -> DataTable | None:
        """The table named in the address, if it belongs to this workspace."""
        given = request.GET.get("table") or _from_filters(request)
        try:
            wanted = UUID(given)
        except ValueError:
            return None
        workspace_id = here(request)
        if workspace_id is None:
            return None
        return DataTable.objects.in_workspace(workspace_id).filter(id=wanted).first()

    @column(description=_("Row"))
    def as_text(self, row: DataRow) -> str:
        """Show the cells, a line for each."""
        kept, table = json.loads(row.cells), opened(row.table)
        return "\n".join(f"{one.name}: {as_text(kept.get(one.id))}" for one in table.columns)


def box_name(one: Column) -> str:
    """The name of a column's box."""
    return f"c{one.id}"


def _from_filters(request: HttpRequest) -> str:
    """The add button's address carries the list's filters in one piece."""
    filters = request.GET.get("_changelist_filters", "")
    return filters.partition("table=")[2].partition("&")[0]


def _cell_column(one: Column, *, first: bool) -> Any:
    def cell(row: DataRow) -> Any:
        value = json.loads(row.cells).get(one.id)
        if isinstance(value, bool):
            return _YES_NO[value]
        return as_text(value)[:120] or ("–" if first else "")

    cell.__name__ = box_name(one)
    return column(description=one.name)(cell)


def _box(one: Column) -> forms.Field:
    if one.kind is ColumnKind.YES_NO:
        choices = [("", "–"), ("true", _("Yes")), ("false", _("No"))]
        return forms.ChoiceField(
            label=one.name, choices=choices, required=False, widget=UnfoldAdminSelectWidget
        )
    if one.kind in (ColumnKind.TEXT, ColumnKind.DATA):
        widget: Any = UnfoldAdminTextareaWidget(attrs={"rows": 2})
    else:
        widget = UnfoldAdminTextInputWidget(
            attrs={"placeholder": "2026-03-31" if one.kind is ColumnKind.DATE else ""}
        )
    return forms.CharField(label=one.name, required=False, strip=False, widget=widget)


def _typed(one: Column, value: Json) -> str:
    """A cell as its box shows it."""
    if value is None or one.kind is not ColumnKind.DATA:
        return as_text(value)
    return json.dumps(value, indent=2, ensure_ascii=False)


def _read(one: Column, data: dict[str, Any]) -> Json:
    text = str(data.get(box_name(one)) or "").replace("\r\n", "\n")
    if one.kind is not ColumnKind.DATA or not text.strip():
        return text
    try:
        return json.loads(text)  # type: ignore[no-any-return]
    except ValueError:
        return text
