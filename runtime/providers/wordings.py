"""A step's words that come from the workspace's library instead of its own settings."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from runtime.sdk import Context, Kind, NodeParams, field
from runtime.sdk.prompts import FromLibrary, Wording


class Takes(Protocol):
    """Settings that may take their words from the library."""

    @property
    def saved_prompt(self) -> FromLibrary | None: ...
    def model_copy(self, *, update: dict[str, Any]) -> Any: ...


TakesT = TypeVar("TakesT", bound=Takes)


def library_field(*, text: str, system: str = "", advanced: bool = False) -> Any:
    """The choice of a prompt; `text` and `system` are the fields that it takes the place of."""
    return field(
        Kind.PROMPT,
        None,
        label="From the library",
        help="A prompt that several flows share, instead of words of its own.",
        fills={"text": text, **({"system": system} if system else {})},
        advanced=advanced,
    )


def own(name: str = "saved_prompt") -> tuple[str, list[object]]:
    """The rule for fields that are there only while nothing comes from the library."""
    return (name, [None])


def missing(params: Any, name: str, label: str) -> list[tuple[str, str, str]]:
    """The finding that there is nothing to ask with: neither own words nor the library's."""
    if params.saved_prompt is not None or str(getattr(params, name)).strip():
        return []
    said = f"“{label}” is empty, so there is nothing to ask."
    return [(name, said, f"Fill in “{label}”, or choose a prompt from the library.")]


async def asked_with(params: TakesT, ctx: Context) -> tuple[TakesT, Wording | None]:
    """The settings with the library's words in their places; raises NodeError.

    Where a step has no place for who the model is, those words come before the others.
    """
    if params.saved_prompt is None:
        return params, None
    wording: Wording = await ctx.models.prompt(params.saved_prompt, ctx)
    ctx.log.info("The words come from a prompt of the library.", prompt=dict(wording.plain()))
    return params.model_copy(update=_filled(type(params), wording)), wording


def with_prompt(usage: dict[str, Any], wording: Wording | None) -> dict[str, Any]:
    """What a try took, and which prompt it took its words from."""
    return usage if wording is None else {**usage, "prompt": dict(wording.plain())}


def _filled(params: Any, wording: Wording) -> dict[str, Any]:
    fills = _fills(params)
    if "system" in fills:
        return {fills["text"]: wording.text, fills["system"]: wording.system}
    return {fills["text"]: "\n\n".join(part for part in (wording.system, wording.text) if part)}


def _fills(params: type[NodeParams]) -> dict[str, str]:
    extra = params.model_fields["saved_prompt"].json_schema_extra
    found = extra.get("x-fills") if isinstance(extra, dict) else None
    return {str(part): str(name) for part, name in found.items()} if isinstance(found, dict) else {}
