"""The library of prompts: writing a version, what changed since, who uses which."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from builder.admin.prompt_page import prompt_page
from builder.models import Prompt
from builder.services.prompts import (
    add_prompt,
    archive_prompt,
    delete_prompt,
    describe_prompt,
    latest_of,
    restore_prompt,
    write_version,
)
from builder.services.refusals import Refusal
from runtime.admin.base import ScopedAdmin, here
from runtime.admin.cells import subtle
from runtime.admin.column import column, time_column


class PromptForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name and description, and the words of the next version."""

    system = forms.CharField(
        label=_("Who the model is"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("What it should keep in mind whatever it is asked. May stay empty."),
    )
    text = forms.CharField(
        label=_("What to ask"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 10}),
        help_text=_(
            "Write {{ customer }} where a step fills something in; with {{ customer ?? 'you' }} it "
            "may stay empty."
        ),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("What is new in this version, for those who come after you."),
    )

    class Meta:
        model = Prompt
        fields = ("name", "about")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            last = latest_of(self.instance)
            self.initial.update(text=last.text, system=last.system)


@admin.register(Prompt)
class PromptAdmin(ScopedAdmin):
    access_name = "builder.prompt"
    form = PromptForm
    fields = ("name", "about", "system", "text", "note")
    list_display = ("title", "about", "version", time_column("updated_at", _("Changed")))
    search_fields = ("name", "about")
    change_form_outer_after_template = "builder/admin/prompt.html"
    empty_title = _("No prompts yet")
    empty_text = _("Write a prompt once, and use it in many flows.")
    empty_icon = "edit_note"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Archived ones come last."""
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.annotate(last_number=Max("versions__number"))
        return rows.order_by("archived_at", "name") if _is_list(request) else rows

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Add the versions and who uses them."""
        prompt = self.get_object(request, object_id)
        extra = prompt_page(prompt, request) if prompt is not None else {}
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write by the services: words that changed are the next version."""
        values = form.cleaned_data
        words = {name: values[name] for name in ("text", "system", "note")}
        workspace_id = here(request)
        if workspace_id is None:
            raise PermissionDenied
        try:
            if not change:
                named = {"name": values["name"], "about": values["about"]}
                made = add_prompt(workspace_id=workspace_id, actor=request.user, **named, **words)
                obj.pk = made.pk
                return
            stored = Prompt.objects.get(pk=obj.pk)
            if (stored.name, stored.about) != (values["name"], values["about"]):
                describe_prompt(
                    stored, actor=request.user, name=values["name"], about=values["about"]
                )
            write_version(stored, actor=request.user, **words)
        except Refusal as refusal:
            self.message_user(request, str(refusal), "error")

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Stay on the new prompt's page; where it was refused, say why on the list."""
        if not Prompt.objects.filter(pk=obj.pk).exists():
            return redirect("admin:builder_prompt_changelist")
        return redirect("admin:builder_prompt_change", obj.pk)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Stay: what changed stands below."""
        return redirect("admin:builder_prompt_change", obj.pk)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Leave it to the audit log, which the services write."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete by the service, which refuses while a flow uses it."""
        try:
            delete_prompt(obj, actor=request.user)
        except Refusal as refusal:
            self.message_user(request, str(refusal), "error")

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        """Say that it is gone only where it is."""
        if Prompt.objects.filter(pk=obj_id).exists():
            return redirect("admin:builder_prompt_change", obj_id)
        response: HttpResponse = super().response_delete(request, obj_display, obj_id)
        return response

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the prompt alone: its versions go with it."""
        return [str(prompt) for prompt in objs], {}, set(), []

    def get_urls(self) -> list[URLPattern]:
        """Add the page's buttons."""
        wrap = self.admin_site.admin_view
        own = [
            path(
                "<uuid:object_id>/restore/<int:number>/",
                wrap(require_POST(self.restore_button)),
                name="builder_prompt_restore",
            ),
            path(
                "<uuid:object_id>/archive/",
                wrap(require_POST(self.archive_button)),
                name="builder_prompt_archive",
            ),
        ]
        return [*own, *super().get_urls()]

    def restore_button(self, request: HttpRequest, object_id: UUID, number: int) -> HttpResponse:
        """Make an earlier version the newest again."""
        prompt = self._prompt(request, object_id)
        try:
            version = restore_prompt(prompt, number, actor=request.user)
            messages.success(request, _now("Version %d says it again.") % version.number)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:builder_prompt_change", prompt.pk)

    def archive_button(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Put it away, or take it out again."""
        prompt = self._prompt(request, object_id)
        archive_prompt(prompt, actor=request.user, away=prompt.archived_at is None)
        return redirect("admin:builder_prompt_change", prompt.pk)

    def _prompt(self, request: HttpRequest, object_id: UUID) -> Prompt:
        prompt = get_object_or_404(Prompt, pk=object_id, workspace_id=here(request))
        if not request.user.has_perm("builder.change_prompt", prompt):
            raise PermissionDenied
        return prompt

    @column(description=_("Name"), ordering="name")
    def title(self, row: Prompt) -> Any:
        """Show the name, and whether it was put away."""
        return subtle(_now("%s (archived)") % row.name) if row.archived_at else row.name

    @column(description=_("Version"))
    def version(self, row: Any) -> str:
        """Show the newest version."""
        return f"v{row.last_number}"


def _is_list(request: HttpRequest) -> bool:
    return request.path == reverse("admin:builder_prompt_changelist")
