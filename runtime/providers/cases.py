"""Another model in some cases: a small one for what is short, a large one for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.sdk import Conditions, Context, Kind, NodeError, NodeParams, field


class Case(NodeParams):
    """When it holds, this model is asked."""

    conditions: Conditions = field(
        Kind.CONDITIONS,
        default_factory=Conditions,
        label="When this holds",
        help="For example the length of a text: {{ input.message | length }}.",
    )
    model: str | None = field(Kind.MODEL, None, label="Ask this model")


def cases_field() -> Any:
    """The cases, tried from the top."""
    return field(
        Kind.ROWS,
        (),
        label="Another model in some cases",
        help="The first that holds counts. So short questions go to a cheap model, and only what "
        "needs it to a dear one.",
        advanced=True,
        lenient=True,
        max_length=20,
    )


def model_for(cases: Sequence[Case], otherwise: str | None, ctx: Context) -> str | None:
    """The profile that is asked; raises NodeError where a condition cannot be judged."""
    for number, case in enumerate(cases):
        try:
            holds = bool(case.conditions.rows) and case.conditions.judge()
        except NodeError as error:
            error.field = error.field or f"cases.{number}.conditions"
            raise
        if holds and case.model:
            why = case.conditions.explain()[:500]
            ctx.log.info("Another model is asked in this case.", case=number + 1, why=why)
            return case.model
    return otherwise
