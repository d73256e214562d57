"""The tenant and who belongs to it. Every other row carries the workspace it belongs to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from runtime.models.ids import uuid7


class Role(models.TextChoices):
    """What a person may do in a workspace; each role may do all that those before it may."""

    VIEWER = "viewer", _("Viewer: looks at flows and runs")
    OPERATOR = "operator", _("Operator: also runs, stops and switches flows")
    EDITOR = "editor", _("Editor: also draws flows and keeps connections")
    ADMIN = "admin", _("Admin: also looks after people and settings")

    @property
    def rank(self) -> int:
        """Return the place in the order of what may be done."""
        return list(Role).index(self)


class Workspace(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("workspace")
        verbose_name_plural = _("workspaces")
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("workspace")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.VIEWER)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return self.user.get_username()
