"""What a model answered, for as long as steps want the same question answered from memory."""

from django.db import models


class KnownAnswer(models.Model):
    workspace_id = models.UUIDField()
    digest = models.CharField(max_length=64)  # of model, question, form and settings
    reply = models.TextField()  # JSON: text, value, model, cut_off
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "digest"], name="known_answer_once")
        ]

    def __str__(self) -> str:
        return self.digest


class KnownVector(models.Model):
    """What a text means, as a model measured it: the same text is not measured twice."""

    workspace_id = models.UUIDField()
    digest = models.CharField(max_length=64)  # of model, kind and text
    vector = models.BinaryField()  # float32
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "digest"], name="known_vector_once")
        ]

    def __str__(self) -> str:
        return self.digest


class AlikeAnswer(models.Model):
    """What a model answered to a question, found again by questions that mean the same."""

    workspace_id = models.UUIDField()
    scope = models.CharField(max_length=64)  # all but the question is the same within it
    question = models.TextField()
    vector = models.BinaryField()  # what the question means, as float32
    reply = models.TextField()  # JSON, as of a known answer
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace_id", "scope", "id"], name="alike_answer_newest"),
        ]

    def __str__(self) -> str:
        return self.question[:80]
