"""A prompt of the workspace's library, and its versions: each is written once and never changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from builder.models.scoped import ScopedQuerySet
from builder.models.workspace import Workspace
from runtime.models.ids import uuid7

LONGEST = 50_000  # characters


class Prompt(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="prompts")
    name = models.CharField(
        _("name"), max_length=120, help_text=_("How people find it in a step's settings.")
    )
    about = models.CharField(
        _("what it is for"),
        max_length=500,
        blank=True,
        default="",
        help_text=_("A sentence for those who look for the right one."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ScopedQuerySet["Prompt"].as_manager()

    class Meta:
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="prompt_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class PromptVersion(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"), max_length=LONGEST)
    system = models.TextField(_("who the model is"), max_length=LONGEST, blank=True, default="")
    variables = models.JSONField(default=list)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["prompt", "number"], name="prompt_number_once"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"
