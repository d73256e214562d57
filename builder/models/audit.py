"""Who did what and when. Rows are only ever added: the ORM refuses to change or delete them."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from builder.models.scoped import ScopedQuerySet
from runtime.models.ids import uuid7


class AppendOnlyError(TypeError):
    """Raised where code tries to change or delete a row of the audit log."""


def _refuse(*args: object, **kwargs: object) -> NoReturn:
    raise AppendOnlyError("The audit log is append-only.")


class AuditQuerySet(ScopedQuerySet["AuditEntry"]):
    update = _refuse
    delete = _refuse
    bulk_update = _refuse
    update_or_create = _refuse


class AuditEntry(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(_("when"), auto_now_add=True)
    # Plain values instead of foreign keys: an entry outlives the person, the flow, the workspace.
    workspace_id = models.UUIDField(null=True)
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(_("who"), max_length=150)
    action = models.CharField(_("what"), max_length=60)
    target_type = models.CharField(_("kind"), max_length=40, blank=True, default="")
    target_id = models.CharField(max_length=64, blank=True, default="")
    target = models.CharField(_("on what"), max_length=200, blank=True, default="")
    details = models.JSONField(_("details"), default=dict)
    ip = models.GenericIPAddressField(_("address"), null=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["workspace_id", "-at"], name="audit_recent")]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action} {self.target}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; a row that exists is refused."""
        if not self._state.adding:
            _refuse()
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: nothing leaves the log."""
        _refuse()
