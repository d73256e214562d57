"""Which tools another side offers, for the form of a step that is being set up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import ValidationError

from runtime.registry import registry
from runtime.sdk import Json, NodeError, NodeParams, ToolSource
from runtime.sdk.params import resolves_templates
from runtime.services.spoken import spoken

PATIENCE_SECONDS = 20.0


class NoChoicesError(Exception):
    """The list could not be fetched; the sentence says why and what to do."""


def tool_choices(
    workspace_id: UUID, type_name: str, params: Mapping[str, Any]
) -> Sequence[Mapping[str, Json]]:
    """Return all there are, as `ToolSource.choices` says; raises NoChoicesError."""
    node_type = registry().get(type_name)
    source = node_type.tool_source if node_type is not None else None
    if node_type is None or source is None:
        raise NoChoicesError(_("This kind of step offers no list of tools."))
    # What depends on data plays no part here.
    fixed = {n: v for n, v in params.items() if not resolves_templates(node_type.Params, n)}
    try:
        checked = node_type.Params.model_validate(fixed)
    except ValidationError:
        raise NoChoicesError(_("Fill in the address first.")) from None
    for _field, sentence, *fix in node_type.check(checked):
        raise NoChoicesError(" ".join(map(spoken, (sentence, *fix))))
    try:
        return asyncio.run(_fetched(str(workspace_id), source, checked))
    except NodeError as error:
        said = [spoken(part) for part in (error.message, error.fix) if part]
        raise NoChoicesError(" ".join(said)) from None
    except TimeoutError:
        raise NoChoicesError(_("The server took too long to answer.")) from None


async def _fetched(
    workspace: str, source: ToolSource, params: NodeParams
) -> Sequence[Mapping[str, Json]]:
    from runtime.network.client import GuardedClient

    client = GuardedClient(workspace)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await source.choices(params, client)
    finally:
        await client.close()
