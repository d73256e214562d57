"""Model profiles: kept by editors, opened by the worker."""

from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from builder.models import ModelProfile
from builder.models.model_profile import Provider
from builder.services.audit import record
from builder.services.refusals import NotPossibleError
from runtime.services.credentials import has_credential
from runtime.services.notices import Person


class OpenProfile(TypedDict):
    """A model as the worker needs it."""

    id: str
    name: str
    provider: str
    model: str
    base_url: str
    credential_id: str | None
    context_tokens: int
    price_in: Decimal
    price_out: Decimal
    patience_seconds: int
    fallback_id: str | None
    is_practice: bool
    calls_a_minute: int
    tokens_a_minute: int
    at_once: int
    native_tools: bool
    measures: bool
    texts_at_once: int


def open_model_profile(workspace_id: UUID, profile_id: UUID | None) -> OpenProfile | None:
    """Return a profile of this workspace; without an id the practice model, else the oldest one."""
    rows = ModelProfile.objects.in_workspace(workspace_id)
    row = rows.filter(id=profile_id).first() if profile_id else _default(list(rows))
    if row is None:
        return None
    return OpenProfile(
        id=str(row.id),
        name=row.name,
        provider=row.provider,
        model=row.model,
        base_url=row.base_url,
        credential_id=str(row.credential_id) if row.credential_id else None,
        context_tokens=row.context_tokens,
        price_in=row.price_in,
        price_out=row.price_out,
        patience_seconds=row.patience_seconds,
        fallback_id=str(row.fallback_id) if row.fallback_id else None,
        is_practice=row.is_practice,
        calls_a_minute=row.calls_a_minute,
        tokens_a_minute=row.tokens_a_minute,
        at_once=row.at_once,
        native_tools=row.native_tools,
        measures=row.measures,
        texts_at_once=row.texts_at_once,
    )


def save_model_profile(
    profile: ModelProfile, values: dict[str, Any], *, actor: Person | None
) -> ModelProfile:
    """Store a new or changed profile; raises NotPossibleError with the first complaint."""
    for name, value in values.items():
        setattr(profile, name, value)
    if profile.provider != "practice" and not (profile.base_url and profile.model):
        raise NotPossibleError(_("Enter the service's address and the model's name."))
    if profile.measures and profile.provider == Provider.ANTHROPIC:
        raise NotPossibleError(
            _(
                "Anthropic has no models that measure meaning. Use the built-in one, or one of "
                "Google Gemini or an OpenAI-compatible service."
            )
        )
    if profile.credential_id and not has_credential(profile.workspace_id, profile.credential_id):
        raise NotPossibleError(_("This connection is not in your workspace."))
    others = ModelProfile.objects.in_workspace(profile.workspace_id)
    if profile.fallback_id and not others.filter(id=profile.fallback_id).exists():
        raise NotPossibleError(_("The model to be asked instead is not in your workspace."))
    if profile.fallback_id and (profile.measures or profile.fallback.measures):  # type: ignore[union-attr]
        raise NotPossibleError(
            _("What models measure cannot be compared with another's: none can stand in.")
        )
    if profile.fallback_id == profile.pk:
        raise NotPossibleError(_("A model cannot stand in for itself. Choose another one."))
    try:
        profile.full_clean()
    except ValidationError as error:
        raise NotPossibleError(error.messages[0]) from None
    with transaction.atomic():
        action = "model_added" if profile._state.adding else "model_changed"
        profile.save()
        record(action, actor=actor, target=profile)
    return profile


def delete_model_profile(profile: ModelProfile, *, actor: Person | None) -> None:
    """Delete a profile; steps that use it say so when they run."""
    with transaction.atomic():
        record("model_deleted", actor=actor, target=profile)
        profile.delete()


def _default(rows: list[ModelProfile]) -> ModelProfile | None:
    rows = [row for row in rows if not row.measures]
    return next((row for row in rows if row.is_practice), rows[0] if rows else None)
