"""A language model that steps may use: where it is, what it is called, what it costs."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from builder.models.scoped import ScopedQuerySet
from builder.models.workspace import Workspace
from runtime.models.ids import uuid7


class Provider(models.TextChoices):
    OPENAI_COMPATIBLE = "openai_compatible", _("OpenAI-compatible service")
    ANTHROPIC = "anthropic", _("Anthropic")
    GEMINI = "gemini", _("Google Gemini")
    PRACTICE = "practice", _("Practice model on this computer")


class Purpose(models.TextChoices):
    ANSWERS = "answers", _("Answers questions")
    MEANING = "meaning", _("Measures meaning")


class ModelProfile(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="models")
    name = models.CharField(
        _("name"), max_length=120, help_text=_("How people find it in a step's settings.")
    )
    provider = models.CharField(
        _("kind"), max_length=32, choices=Provider.choices, default=Provider.OPENAI_COMPATIBLE
    )
    purpose = models.CharField(
        _("what it does"),
        max_length=12,
        choices=Purpose.choices,
        default=Purpose.ANSWERS,
        help_text=_(
            "Models that measure meaning (embeddings) find texts that mean the same. Segue brings "
            "one along; add another one only if you want to."
        ),
    )
    model = models.CharField(
        _("model name at the service"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("The name the service itself uses, for example “gpt-4o-mini”."),
    )
    base_url = models.CharField(
        _("address"),
        max_length=500,
        blank=True,
        default="",
        help_text=_(
            "The service's address up to “/v1”, for example https://api.openai.com/v1, "
            "https://api.anthropic.com/v1 or https://generativelanguage.googleapis.com/v1beta."
        ),
    )
    # A run-time row, so a plain id: design time and run time share no foreign keys.
    credential_id = models.UUIDField(_("connection"), null=True, blank=True)
    context_tokens = models.PositiveIntegerField(
        _("longest text, in tokens"),
        default=8192,
        validators=[MinValueValidator(256)],
        help_text=_("A token is about three quarters of an English word."),
    )
    patience_seconds = models.PositiveIntegerField(
        _("longest wait for an answer, in seconds"),
        default=120,
        validators=[MinValueValidator(1), MaxValueValidator(3600)],
    )
    fallback = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked instead"),
        help_text=_("The model that is asked where this one is down, busy, or takes too long."),
    )
    price_in = models.DecimalField(
        _("price of a million tokens read"), max_digits=12, decimal_places=6, default=0
    )
    price_out = models.DecimalField(
        _("price of a million tokens written"), max_digits=12, decimal_places=6, default=0
    )
    calls_a_minute = models.PositiveIntegerField(
        _("calls a minute"),
        default=0,
        help_text=_("What more wants to ask waits for its turn. 0: no limit."),
    )
    tokens_a_minute = models.PositiveIntegerField(
        _("tokens a minute"), default=0, help_text=_("Read and written together. 0: no limit.")
    )
    at_once = models.PositiveIntegerField(
        _("calls at once"), default=0, help_text=_("0: no limit.")
    )
    texts_at_once = models.PositiveIntegerField(
        _("texts at once"),
        default=64,
        validators=[MinValueValidator(1), MaxValueValidator(2048)],
        help_text=_("So many texts are measured by one call."),
    )
    native_tools = models.BooleanField(
        _("uses tools by itself"),
        default=True,
        help_text=_("A model that cannot use tools by itself is asked for them in a form."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ScopedQuerySet["ModelProfile"].as_manager()

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="model_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def measures(self) -> bool:
        """True for models that measure what texts mean and answer nothing."""
        return self.purpose == Purpose.MEANING

    @property
    def is_practice(self) -> bool:
        """True for the small model that comes with Segue."""
        return self.provider == Provider.PRACTICE
