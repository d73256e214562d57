"""The form of a connection: one box for each field of each kind, shown when that kind is chosen."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from runtime.models import Credential
from runtime.services.credentials import (
    CREDENTIAL_TYPES,
    CredentialField,
    CredentialRefusedError,
    check_credential,
)
from runtime.services.spoken import spoken


def box_name(type_name: str, field: CredentialField) -> str:
    """Return the name of a box; Alpine's conditions need it to be an identifier."""
    return f"{type_name.replace('.', '_')}__{field.name}"


def secret_names(type_name: str | None) -> tuple[str, ...]:
    """Return the boxes of one kind, or of all of them."""
    kind = CREDENTIAL_TYPES.get(type_name or "")
    kinds = [kind] if kind else _kinds()
    return tuple(box_name(one.type, field) for one in kinds for field in one.fields)


def conditions() -> dict[str, str]:
    """Return under which choice each box is shown."""
    return {
        box_name(kind.type, field): f"type == '{kind.type}'"
        for kind in _kinds()
        for field in kind.fields
    }


class CredentialForm(forms.ModelForm):  # type: ignore[type-arg]
    """Checks by asking the service, so that form and API refuse the same."""

    workspace_id: ClassVar[UUID | None] = None

    type = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.type, _(kind.name)) for kind in CREDENTIAL_TYPES.values()],
        widget=UnfoldAdminSelectWidget,
    )
    hosts = forms.CharField(
        label=_("May be sent to"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_(
            "One host name a line, for example api.example.com. It is never sent anywhere else."
        ),
    )

    class Meta:
        model = Credential
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.token:
            self.fields["type"].disabled = True
            self.initial["type"] = self.instance.type
            self.initial["hosts"] = "\n".join(self.instance.allowed_hosts)

    def clean(self) -> dict[str, Any]:
        """Refuse with the service's own sentence."""
        super().clean()
        if self.errors:
            return self.cleaned_data
        try:
            check_credential(
                workspace_id=self.workspace_id,
                credential_id=self.instance.pk if self.instance.token else None,
                **self.values(),
            )
        except CredentialRefusedError as error:
            raise forms.ValidationError(spoken(str(error))) from None
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """Return what was typed, as the service takes it."""
        data = self.cleaned_data
        kind = CREDENTIAL_TYPES[data["type"]]
        typed = {f.name: data.get(box_name(kind.type, f), "") for f in kind.fields}
        return {
            "name": data["name"],
            "type_name": data["type"],
            "allowed_hosts": data["hosts"].split(),
            "secret": {name: value for name, value in typed.items() if value} or None,
        }


def _kinds() -> list[Any]:
    return list(CREDENTIAL_TYPES.values())


def _box(field: CredentialField) -> forms.CharField:
    # A password box never repeats what was typed, not even after an error.
    widget = UnfoldAdminPasswordWidget if field.secret else UnfoldAdminTextInputWidget
    attrs = {"autocomplete": "off", "placeholder": field.placeholder}
    return forms.CharField(
        label=_(field.label),
        help_text=_(field.help) if field.help else "",
        required=False,
        widget=widget(attrs=attrs),
    )


for _kind in _kinds():
    for _field in _kind.fields:
        CredentialForm.base_fields[box_name(_kind.type, _field)] = _box(_field)
        CredentialForm.declared_fields[box_name(_kind.type, _field)] = _box(_field)
