"""Mails that would have gone out if there were a mail server."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from runtime.models.ids import uuid7


class OutboxMail(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    message_id = models.CharField(max_length=300)
    run_id = models.UUIDField(null=True)
    sender = models.TextField(_("from"), blank=True)
    recipients = models.TextField(_("to"))  # to, cc and bcc, a line each
    reply_to = models.TextField(_("answer to"), blank=True)
    subject = models.TextField(_("subject"), blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "message_id"], name="outbox_once")
        ]

    def __str__(self) -> str:
        return self.subject or str(_("Mail without a subject"))
