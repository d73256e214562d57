"""A set of secrets, encrypted. Referred to by id, never in a graph, never sent to a browser."""

from typing import Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from runtime.models.ids import uuid7


class CredentialQuerySet(models.QuerySet["Credential"]):
    def in_workspace(self, workspace_id: UUID) -> Self:
        """Keep the rows of one workspace."""
        return self.filter(workspace_id=workspace_id)


class Credential(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    name = models.CharField(_("name"), max_length=120)
    type = models.CharField(_("kind"), max_length=60)
    # Encrypted JSON {workspace, credential, secret}: the ids are inside, so that a row whose
    # ciphertext was copied from another one is refused when it is opened.
    token = models.TextField(editable=False)
    key_id = models.CharField(max_length=16, editable=False)
    fields = models.JSONField(default=list, editable=False)  # names only
    allowed_hosts = models.JSONField(
        _("may be sent to"),
        default=list,
        blank=True,
        help_text=_("Host names, for example “api.example.com” or “*.example.com”."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "name"], name="credential_name_once")
        ]

    def __str__(self) -> str:
        return self.name
