"""Tables that flows read and write, a workspace's own. Columns are rows; cells are JSON."""

from typing import Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from runtime.models.ids import uuid7


class DataTableQuerySet(models.QuerySet["DataTable"]):
    def in_workspace(self, workspace_id: UUID) -> Self:
        """Keep the rows of one workspace."""
        return self.filter(workspace_id=workspace_id)


class DataTable(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    name = models.CharField(
        _("name"), max_length=120, help_text=_("Steps find the table by this name.")
    )
    # Counted along, under the lock that every writer takes: counting a large table costs too much.
    row_count = models.IntegerField(_("rows"), default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = DataTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("table")
        verbose_name_plural = _("tables")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "name"], name="datatable_name_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def pk_text(self) -> str:
        """The id as an address names it."""
        return str(self.pk)


class DataColumn(models.Model):
    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        YES_NO = "yes_no", _("Yes or no")
        DATE = "date", _("Date")
        DATA = "data", _("Data (JSON)")

    table = models.ForeignKey(DataTable, models.CASCADE, related_name="columns")
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("holds"), max_length=8, choices=Kind.choices, default=Kind.TEXT)
    is_key = models.BooleanField(
        _("each value once"),
        default=False,
        help_text=_("Rows are found by this column, as by a customer number."),
    )

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["table", "name"], name="datacolumn_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class DataRow(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    table = models.ForeignKey(DataTable, models.CASCADE, related_name="rows", db_index=False)
    key = models.CharField(max_length=64, null=True, editable=False)  # see columns.key_of
    cells = models.TextField(default="{}", editable=False)  # JSON by column id
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("row")
        verbose_name_plural = _("rows")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["table", "key"], name="datarow_key_once")]
        indexes = [models.Index(fields=["table", "id"], name="datarow_in_order")]

    def __str__(self) -> str:
        return str(_("Row"))
