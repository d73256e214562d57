"""Models: where they are, what they are called, what they cost."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from builder.admin import connect_model
from builder.models import ModelProfile
from builder.models.model_profile import Purpose
from builder.services.model_profiles import delete_model_profile, save_model_profile
from builder.services.refusals import Refusal
from runtime.admin.base import ScopedAdmin, here
from runtime.admin.column import column, time_column
from runtime.services.credentials import names_of

NEEDS_SERVICE = "provider != 'practice'"
ANSWERS, MEASURES = "purpose != 'meaning'", "purpose == 'meaning'"
_SHOWN_IF = {
    **dict.fromkeys(("base_url", "model", "credential_id"), NEEDS_SERVICE),
    **dict.fromkeys(("fallback", "native_tools", "price_out"), ANSWERS),
    "texts_at_once": MEASURES,
}


class ModelProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    credential_id = forms.UUIDField(label=_("Connection"), required=False)
    native_tools = forms.TypedChoiceField(
        label=_("How it uses tools"),
        choices=[("True", _("By itself")), ("False", _("Held to a form"))],
        coerce=lambda value: value == "True",
        initial="True",
        widget=UnfoldAdminSelectWidget,
        help_text=_("A model that cannot use tools by itself is asked for them in a form."),
    )

    class Meta:
        model = ModelProfile
        fields = (
            "name",
            "provider",
            "purpose",
            "base_url",
            "model",
            "credential_id",
            "context_tokens",
            "patience_seconds",
            "fallback",
            "price_in",
            "price_out",
            "calls_a_minute",
            "tokens_a_minute",
            "at_once",
            "texts_at_once",
            "native_tools",
        )

    def clean(self) -> dict[str, Any]:
        """Refuse with the service's own sentence what a single box cannot know."""
        super().clean()
        values = self.cleaned_data
        if not self.errors and values.get("provider") != "practice":
            for name in ("base_url", "model"):
                if not values.get(name):
                    self.add_error(name, _("A service needs this."))
        return values


@admin.register(ModelProfile)
class ModelProfileAdmin(ScopedAdmin):
    access_name = "builder.modelprofile"
    list_before_template = "builder/admin/new_models.html"
    add_variant = "default"
    form = ModelProfileForm
    list_display = (
        "name",
        "kind",
        "does",
        "model",
        "context_tokens",
        time_column("updated_at", _("Changed")),
    )
    empty_title = _("No models yet")
    empty_text = _("Add a language model that your steps may use.")
    empty_icon = "neurology"
    conditional_fields = _SHOWN_IF
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "provider",
                    "purpose",
                    "base_url",
                    "model",
                    "credential_id",
                    ("context_tokens", "patience_seconds"),
                    "fallback",
                    ("price_in", "price_out"),
                    ("calls_a_minute", "tokens_a_minute", "at_once"),
                    "texts_at_once",
                    "native_tools",
                )
            },
        ),
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Offer the short way to a model of one's own."""
        extra = {"may_connect": self.has_add_permission(request)}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        """Add the page that connects one."""
        return [*connect_model.urls(self.admin_site), *super().get_urls()]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        """Offer the workspace's connections by name."""
        made: type[Any] = super().get_form(request, obj, change, **kwargs)
        workspace_id = here(request)
        names = names_of(workspace_id) if workspace_id else {}
        if "credential_id" in made.base_fields:
            made.base_fields["credential_id"].widget = UnfoldAdminSelectWidget(
                choices=[("", _("None")), *((str(key), name) for key, name in names.items())]
            )
        if "fallback" in made.base_fields:
            others = ModelProfile.objects.in_workspace(workspace_id) if workspace_id else None
            rows = others if others is not None else ModelProfile.objects.none()
            rows = rows.exclude(purpose=Purpose.MEANING)
            if obj is not None:
                rows = rows.exclude(pk=obj.pk)
            made.base_fields["fallback"].queryset = rows
        return made

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store by the service."""
        if not change:
            obj.workspace_id = here(request)
        try:
            save_model_profile(obj, form.cleaned_data, actor=request.user)
        except Refusal as refusal:
            self.message_user(request, str(refusal), "error")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete by the service, which writes the audit log."""
        delete_model_profile(obj, actor=request.user)

    @column(description=_("What it does"))
    def does(self, row: ModelProfile) -> str:
        """Show in words what it is for."""
        return row.get_purpose_display()

    @column(description=_("Kind"))
    def kind(self, row: ModelProfile) -> str:
        """Show the kind in words."""
        return row.get_provider_display()
