"""What a workspace knows: collections of documents, and the passages they are found by."""

from typing import Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from runtime.models.ids import uuid7


class CollectionQuerySet(models.QuerySet["Collection"]):
    def in_workspace(self, workspace_id: UUID) -> Self:
        """Keep those of one workspace."""
        return self.filter(workspace_id=workspace_id)


class Collection(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField(db_index=True)
    name = models.CharField(_("name"), max_length=100)
    about = models.TextField(_("what it is for"), blank=True)
    model = models.CharField(max_length=200, blank=True)  # by which its passages were measured
    turn = models.BigIntegerField(default=0)  # one more with each change: whoever remembers looks
    # Counted along: whoever looks for words asks each time, and would read every passage.
    size = models.PositiveIntegerField(default=0)  # passages
    words = models.PositiveBigIntegerField(default=0)  # in all of them together
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "name"], name="collection_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="documents")
    key = models.CharField(_("key"), max_length=300)
    title = models.CharField(_("title"), max_length=300)
    address = models.CharField(_("address"), max_length=2_000, blank=True)
    digest = models.CharField(max_length=64)
    text = models.TextField(_("text"))
    about = models.JSONField(_("about"), default=dict, blank=True)
    read_at = models.DateTimeField(_("read"))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "key"], name="document_key_once")
        ]

    def __str__(self) -> str:
        return self.title


class Passage(models.Model):
    """`words` is what it is found by (see `runtime.knowledge.words`); `vector` is float32."""

    id = models.BigAutoField(primary_key=True)
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="passages")
    document = models.ForeignKey(Document, models.CASCADE, related_name="passages")
    heading = models.TextField(blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    wide_start = models.PositiveIntegerField()
    wide_end = models.PositiveIntegerField()
    words = models.TextField()
    count = models.PositiveIntegerField()  # of words
    vector = models.BinaryField()

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["document", "start"]

    def __str__(self) -> str:
        return f"{self.heading} {self.start}–{self.end}".strip()
