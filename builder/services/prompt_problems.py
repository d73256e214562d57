"""What is wrong with the prompts that a flow takes from the library, with the remedy at hand."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from builder.models import Prompt, PromptVersion
from builder.services.count_tokens import asks_of, texts_of
from builder.services.documents import find_problems
from builder.services.prompt_uses import Taken, taken_by
from runtime.expressions.wording import needed_of
from runtime.graph.document import Document
from runtime.graph.issue import Issue, Severity
from runtime.providers.room import room_of
from runtime.registry import registry

MOST_BYTES_A_TOKEN = 6
SMALLEST = 128  # tokens that fit every model


def problems_here(document: Document, workspace_id: UUID) -> list[Issue]:
    """Return what is wrong with a document in a workspace: with itself, and with what it names."""
    return [
        *find_problems(document),
        *prompt_problems(document, workspace_id),
        *room_problems(document, workspace_id),
    ]


def room_problems(document: Document, workspace_id: UUID) -> Iterator[Issue]:
    """Yield the steps whose words alone, whatever the data, are too long for their model.

    Estimated on the low side: whoever saves a draft waits for no server that counts.
    """
    for spec in document.nodes:
        node_type = registry().get(spec.type)
        if node_type is None or not node_type.told or spec.disabled:
            continue
        texts = texts_of(document, spec, node_type, workspace_id, {})
        tokens = sum(len(text.encode()) for text in texts) // MOST_BYTES_A_TOKEN
        if tokens <= SMALLEST or (asked := asks_of(spec, workspace_id)) is None:
            continue
        profile, request = asked
        if tokens > room_of(profile, request):
            yield Issue(
                "too_long_for_model",
                _("What “%(step)s” tells its model is too long for “%(model)s”.")
                % {"step": spec.label, "model": profile.name},
                _("Shorten it, allow a shorter answer, or choose a model that takes longer texts."),
                Severity.WARNING,
                node=spec.id,
                key=spec.key,
                field=node_type.told[0],
                action={"kind": "open_field", "field": node_type.told[0]},
            )


def prompt_problems(document: Document, workspace_id: UUID) -> Iterator[Issue]:
    """Yield what is wrong with the prompts it takes."""
    found = [taken for taken in taken_by(document) if not taken.node.disabled]
    if not found:
        return
    ids = {taken.prompt for taken in found if taken.prompt}
    rows = Prompt.objects.in_workspace(workspace_id).filter(id__in=ids)
    prompts = {row.id: row for row in rows.prefetch_related("versions")}
    for taken in found:
        yield from _of(taken, prompts)


def _of(taken: Taken, prompts: Mapping[UUID, Prompt]) -> Iterator[Issue]:
    prompt = prompts.get(taken.prompt) if taken.prompt else None
    if prompt is None:
        yield _issue(
            taken,
            "prompt_gone",
            _("The prompt “%(prompt)s” of “%(step)s” is not in the library.")
            % {"prompt": taken.name, "step": taken.node.label},
            _("Choose another one, or write the words in the step."),
            {"kind": "open_field", "field": taken.field},
        )
        return
    versions = {row.number: row for row in prompt.versions.all()}
    version = versions.get(taken.version or max(versions))
    if version is None:
        newest = {**_value(taken), "version": max(versions)}
        yield _issue(
            taken,
            "prompt_version_gone",
            _("The prompt “%(prompt)s” has no version %(number)s.")
            % {"prompt": prompt.name, "number": taken.version},
            _("Take the newest one."),
            {"kind": "set_param", "value": newest, "label": _("Take the newest one")},
        )
        return
    yield from _variables(taken, prompt, version)


def _variables(taken: Taken, prompt: Prompt, version: PromptVersion) -> Iterator[Issue]:
    needed = needed_of(version.system, version.text)
    lacking = [name for name in version.variables if name in needed and _empty(taken, name)]
    for name in lacking:
        yield _issue(
            taken,
            "prompt_variable",
            _("“%(step)s” does not fill in “%(name)s” of the prompt “%(prompt)s”.")
            % {"step": taken.node.label, "name": name, "prompt": prompt.name},
            _("Fill in “%s” with data of an earlier step.") % name,
            {
                "kind": "set_param",
                "label": _("Fill it in from the item"),
                "value": _with_value(taken, name),
            },
        )
    strange = [name for name in taken.values if name not in version.variables]
    if strange:
        kept = {k: v for k, v in taken.values.items() if k not in strange}
        yield Issue(
            "prompt_variable_unknown",
            _("The prompt “%(prompt)s” has no “%(name)s” any more.")
            % {"prompt": prompt.name, "name": strange[0]},
            _("Take it out."),
            Severity.WARNING,
            node=taken.node.id,
            key=taken.node.key,
            field=taken.field,
            action={
                "kind": "set_param",
                "value": {**_value(taken), "values": kept},
                "label": _("Take it out"),
            },
        )


def _empty(taken: Taken, name: str) -> bool:
    return taken.values.get(name) in (None, "")


def _with_value(taken: Taken, name: str) -> dict[str, object]:
    return {**_value(taken), "values": {**taken.values, name: f"{{{{ input.{name} }}}}"}}


def _value(taken: Taken) -> dict[str, object]:
    return dict(taken.node.params[taken.field])


def _issue(taken: Taken, code: str, message: str, fix: str, action: dict[str, object]) -> Issue:
    return Issue(
        code,
        message,
        fix,
        node=taken.node.id,
        key=taken.node.key,
        field=taken.field,
        action=action,
    )
