"""The library of prompts: written by editors, opened by the worker. A version never changes."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from builder.models import Prompt, PromptVersion
from builder.models.prompt import LONGEST
from builder.services.audit import record
from builder.services.prompt_uses import uses_of
from builder.services.refusals import NotPossibleError
from runtime.expressions import ExpressionError
from runtime.expressions.wording import variables_of
from runtime.services.notices import Person
from runtime.services.spoken import spoken


class OpenPrompt(TypedDict):
    """A version as the worker needs it."""

    id: str
    name: str
    version: int
    text: str
    system: str


def add_prompt(
    *,
    workspace_id: UUID,
    name: str,
    text: str,
    actor: Person | None,
    about: str = "",
    system: str = "",
    note: str = "",
) -> Prompt:
    """Return a new prompt with its first version; raises NotPossibleError."""
    prompt = Prompt(workspace_id=workspace_id, name=_free_name(workspace_id, name), about=about)
    with transaction.atomic():
        prompt.save()
        _write(prompt, text, system, note, actor)
        record("prompt_added", actor=actor, target=prompt)
    return prompt


def describe_prompt(
    prompt: Prompt, *, actor: Person | None, name: str | None = None, about: str | None = None
) -> Prompt:
    """Rename it, or say what it is for; flows keep to it all the same."""
    if name is not None and name.strip() != prompt.name:
        prompt.name = _free_name(prompt.workspace_id, name)
    if about is not None:
        prompt.about = about.strip()[:500]
    with transaction.atomic():
        prompt.save(update_fields=["name", "about", "updated_at"])
        record("prompt_changed", actor=actor, target=prompt)
    return prompt


def write_version(
    prompt: Prompt, *, text: str, actor: Person | None, system: str = "", note: str = ""
) -> PromptVersion:
    """Return the next version; where nothing was changed, the one that is there."""
    with transaction.atomic():
        row = Prompt.objects.select_for_update().get(pk=prompt.pk)
        last = latest_of(row)
        if (last.text, last.system) == (text.strip(), system.strip()):
            return last
        version = _write(row, text, system, note, actor)
        row.save(update_fields=["updated_at"])
        details = {"version": version.number}
        record("prompt_written", actor=actor, target=row, details=details)
    return version


def restore_prompt(prompt: Prompt, number: int, *, actor: Person | None) -> PromptVersion:
    """Return a new version that says what an earlier one said; raises NotPossibleError."""
    old = prompt.versions.filter(number=number).first()
    if old is None:
        raise NotPossibleError(_("This prompt has no version %d.") % number)
    with transaction.atomic():
        note = _("As version %d") % number
        version = write_version(prompt, text=old.text, system=old.system, note=note, actor=actor)
        details = {"version": version.number, "as": number}
        record("prompt_restored", actor=actor, target=prompt, details=details)
    return version


def archive_prompt(prompt: Prompt, *, actor: Person | None, away: bool = True) -> None:
    """Take it out of the lists, or put it back. Flows that use it go on doing so."""
    prompt.archived_at = timezone.now() if away else None
    with transaction.atomic():
        prompt.save(update_fields=["archived_at", "updated_at"])
        action = "prompt_archived" if away else "prompt_unarchived"
        record(action, actor=actor, target=prompt)


def delete_prompt(prompt: Prompt, *, actor: Person | None) -> None:
    """Delete it for ever; raises NotPossibleError while a flow uses it."""
    uses = uses_of(prompt)
    if uses:
        names = ", ".join(dict.fromkeys(f"“{use.flow_name}”" for use in uses[:3]))
        raise NotPossibleError(
            _("%s uses this prompt. Archive it instead: it goes out of the lists.") % names
        )
    with transaction.atomic():
        record("prompt_deleted", actor=actor, target=prompt)
        prompt.delete()


def latest_of(prompt: Prompt) -> PromptVersion:
    """Return the newest version; there is always one."""
    return prompt.versions.order_by("-number")[0]


def open_prompt(
    workspace_id: UUID, prompt_id: UUID, number: int | None, as_of: datetime
) -> OpenPrompt | None:
    """Return a version, or without a number the one that was the newest at a moment.

    A run asks with the moment it began: whatever is written while it lasts, all its tries, and
    whoever goes on with it after a crash, take the same version.
    """
    rows = PromptVersion.objects.filter(prompt__workspace_id=workspace_id, prompt_id=prompt_id)
    rows = rows.select_related("prompt").order_by("-number")
    if number is not None:
        row = rows.filter(number=number).first()
    else:  # one that was written after the run began is better than none
        row = rows.filter(written_at__lte=as_of).first() or rows.last()
    if row is None:
        return None
    return OpenPrompt(
        id=str(row.prompt_id),
        name=row.prompt.name,
        version=row.number,
        text=row.text,
        system=row.system,
    )


def _write(
    prompt: Prompt, text: str, system: str, note: str, actor: Person | None
) -> PromptVersion:
    text, system = text.strip(), system.strip()
    if not text:
        raise NotPossibleError(_("Write what the prompt says."))
    if len(text) > LONGEST or len(system) > LONGEST:
        raise NotPossibleError(_("The prompt is too long: at most 50,000 characters."))
    try:
        variables = variables_of(system, text)
    except ExpressionError as error:
        fix = f" {spoken(error.fix)}" if error.fix else ""
        raise NotPossibleError(f"{spoken(error.message)}{fix}") from None
    last = prompt.versions.aggregate(last=Max("number"))["last"] or 0
    return PromptVersion.objects.create(
        prompt=prompt,
        number=last + 1,
        text=text,
        system=system,
        variables=list(variables),
        author_id=actor.pk if actor else None,
        note=note.strip()[:500],
        written_at=timezone.now(),
    )


def _free_name(workspace_id: UUID, name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise NotPossibleError(_("Give the prompt a name."))
    if len(tidy) > 120:
        raise NotPossibleError(_("The name is too long. Use at most 120 characters."))
    if "{{" in tidy:  # it stands in steps' settings, where this means data
        raise NotPossibleError(_("A name cannot hold “{{”."))
    if Prompt.objects.in_workspace(workspace_id).filter(name=tidy).exists():
        raise NotPossibleError(_("There is already a prompt called “%s”.") % tidy)
    return tidy
