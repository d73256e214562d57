"""Takes a step's own words into the library, so that other flows can use them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from builder.models import Prompt
from builder.services.prompts import add_prompt
from builder.services.refusals import NotPossibleError
from runtime.expressions import ExpressionError
from runtime.expressions.wording import as_variables
from runtime.services.notices import Person
from runtime.services.spoken import spoken


@dataclass(frozen=True, slots=True)
class TakenPrompt:
    """The new prompt, and what the step's setting holds from now on."""

    prompt: Prompt
    value: dict[str, Any]


def take_prompt(
    *, workspace_id: UUID, name: str, text: str, system: str, actor: Person | None
) -> TakenPrompt:
    """Return a new prompt with variables in place of the step's data; raises NotPossibleError."""
    try:
        system, values = as_variables(system, {})
        text, values = as_variables(text, values)
    except ExpressionError as error:
        raise NotPossibleError(spoken(error.message)) from None
    prompt = add_prompt(workspace_id=workspace_id, name=name, text=text, system=system, actor=actor)
    value = {"prompt": str(prompt.id), "name": prompt.name, "version": None, "values": values}
    return TakenPrompt(prompt, value)
