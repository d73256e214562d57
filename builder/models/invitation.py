"""A link by which one person joins a workspace, once. Only its hash is kept."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from builder.models.scoped import ScopedQuerySet
from builder.models.workspace import Role, Workspace
from runtime.models.ids import uuid7


class Invitation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.VIEWER)
    whom = models.CharField(_("for whom"), max_length=320, blank=True, default="")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["Invitation"].as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.whom or str(Role(self.role).label).partition(":")[0]
