"""Connects a model of one's own: a key and a name, tried by one call before it is kept."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from builder.models import ModelProfile
from builder.models.model_profile import Provider, Purpose
from builder.services.model_profiles import save_model_profile
from builder.services.refusals import NotPossibleError
from runtime.models import Credential
from runtime.services.credentials import (
    CredentialRefusedError,
    delete_credential,
    save_credential,
)
from runtime.services.notices import Person
from runtime.services.try_model import try_model


@dataclass(frozen=True, slots=True)
class Service:
    """A service people have keys of. `key`: the kind of connection its key makes."""

    name: str
    provider: str
    key: str
    base_url: str
    model: str
    context_tokens: int


SERVICES = {
    "openai": Service(
        "OpenAI",
        Provider.OPENAI_COMPATIBLE,
        "model.openai_compatible",
        "https://api.openai.com/v1",
        "gpt-4o-mini",
        128_000,
    ),
    "anthropic": Service(
        "Anthropic",
        Provider.ANTHROPIC,
        "model.anthropic",
        "https://api.anthropic.com/v1",
        "claude-haiku-4-5",
        200_000,
    ),
    "gemini": Service(
        "Google Gemini",
        Provider.GEMINI,
        "model.gemini",
        "https://generativelanguage.googleapis.com/v1beta",
        "gemini-2.5-flash",
        1_000_000,
    ),
    "other": Service("", Provider.OPENAI_COMPATIBLE, "model.openai_compatible", "", "", 8_192),
}


def has_own_model(workspace_id: UUID) -> bool:
    """Whether there is a model beside the small one that comes with Segue."""
    rows = ModelProfile.objects.in_workspace(workspace_id)
    own = rows.exclude(provider=Provider.PRACTICE)
    return own.exclude(purpose=Purpose.MEANING).exists()


def connect_model(
    workspace_id: UUID,
    service: str,
    *,
    key: str = "",
    model: str = "",
    base_url: str = "",
    actor: Person,
) -> tuple[ModelProfile, str]:
    """Return the new model and what it said to the one question; nothing is kept if it fails.

    Raises NotPossibleError with what went wrong and what to do.
    """
    chosen = SERVICES.get(service)
    if chosen is None:
        raise NotPossibleError(_("Choose a service."))
    address, name = (base_url or chosen.base_url).strip(), (model or chosen.model).strip()
    if not address or not name:
        raise NotPossibleError(_("Enter the service's address and the model's name."))
    if not key.strip() and chosen.base_url:
        raise NotPossibleError(_("Paste the key that the service gave you."))
    kept = _keep_key(workspace_id, chosen, key.strip(), address, actor) if key.strip() else None
    tried = try_model(
        str(workspace_id),
        provider=chosen.provider,
        model=name,
        base_url=address,
        credential=str(kept.id) if kept else None,
    )
    try:
        if not tried.ok:
            raise NotPossibleError(tried.said)
        profile = save_model_profile(
            ModelProfile(workspace_id=workspace_id),
            {
                "name": _free_name(name, ModelProfile.objects.in_workspace(workspace_id)),
                "provider": chosen.provider,
                "model": name,
                "base_url": address,
                "credential_id": kept.id if kept else None,
                "context_tokens": chosen.context_tokens,
            },
            actor=actor,
        )
    except NotPossibleError:
        if kept is not None:
            delete_credential(kept, by=actor)
        raise
    return profile, tried.said


def _keep_key(
    workspace_id: UUID, service: Service, key: str, address: str, actor: Person
) -> Credential:
    host = urlsplit(address).hostname or address
    others = Credential.objects.in_workspace(workspace_id)
    try:
        return save_credential(
            workspace_id=workspace_id,
            name=_free_name(service.name or host, others),
            type_name=service.key,
            secret={"api_key": key},
            allowed_hosts=[host],
            by=actor,
        )
    except CredentialRefusedError as error:
        raise NotPossibleError(str(error)) from None


def _free_name(wanted: str, others: QuerySet[Any]) -> str:
    names = set(others.values_list("name", flat=True))
    name, number = wanted[:100], 2
    while name in names:
        name, number = f"{wanted[:100]} {number}", number + 1
    return name
