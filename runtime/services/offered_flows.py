"""Flows that assistants use as tools: which there are in a workspace, and a use of one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from runtime.mcp.answering import Answered, OfferedFlow, UseRefusedError, schema_of
from runtime.models import Entry
from runtime.models.ids import uuid7
from runtime.providers.schema import NotFittingError, fitting
from runtime.sdk import Json
from runtime.services.run_answer import wait_for_answer
from runtime.services.send_form import NotKeptError, TooManyError, send_form
from runtime.services.start_run import FlowBusyError
from runtime.services.starters import MACHINE, Starter


@dataclass(frozen=True, slots=True)
class _Offered:
    entry: Entry
    shown: OfferedFlow


class OfferedFlows:
    """See `runtime.mcp.answering.Flows`: those of one workspace, for one message.

    `once` is the key by which whoever asks can tell that it asks again; without one each use
    counts. `by` is who asks. The numbers of messages will not do: every talk counts them from one.
    """

    def __init__(self, workspace_id: UUID, *, once: str = "", by: Starter = MACHINE) -> None:
        self._workspace, self._once, self._by = workspace_id, once, by

    def offered(self) -> Sequence[OfferedFlow]:
        """What is switched on, in the order of the names."""
        return [found.shown for found in self._found().values()]

    def use(self, name: str, arguments: Mapping[str, Json]) -> Answered:
        """Start the flow and wait for its answer; raises UseRefusedError, LookupError."""
        found = self._found()[name]
        try:
            fitting(json.dumps(arguments), found.shown.schema)
        except NotFittingError as why:
            return Answered(_("What was filled in does not fit. %(why)s") % {"why": why}, True)
        run_id = self._started(found.entry, arguments)
        seconds = float(json.loads(found.entry.settings).get("wait_seconds", 60))
        ended = wait_for_answer(run_id, seconds)
        if not ended.over:
            sentence = _("The flow is still at work, and goes on. Its run: %(address)s")
            return Answered(sentence % {"address": run_address(found.entry.flow_id, run_id)})
        if not ended.good and ended.answer is not None:
            return Answered(ended.answer, failed=True)
        if not ended.good:
            sentence = _("The flow did not succeed. Its run: %(address)s")
            address = run_address(found.entry.flow_id, run_id)
            return Answered(sentence % {"address": address}, failed=True)
        return Answered(ended.answer)

    def _started(self, entry: Entry, arguments: Mapping[str, Json]) -> UUID:
        try:
            return send_form(entry, arguments, once=self._once or str(uuid7()), by=self._by)
        except TooManyError:
            sentence = _("This tool is used too often right now. Try again in a minute.")
        except FlowBusyError:
            sentence = _("This flow takes no more runs while others are under way. Try again.")
        except NotKeptError:
            sentence = _("Nothing could be kept right now. Try again in a moment.")
        raise UseRefusedError(sentence)

    def _found(self) -> Mapping[str, _Offered]:
        """By name. Of two flows that chose one name, the younger one's has some letters more."""
        rows = Entry.objects.filter(
            workspace_id=self._workspace, kind="tool", mode="live", live=True
        ).order_by("flow_id")
        found: dict[str, _Offered] = {}
        for entry in rows:
            said = json.loads(entry.settings)
            name = str(said.get("tool_name", ""))
            if name in found:
                name = f"{name[:50]}_{entry.flow_id.hex[-8:]}"
            shown = OfferedFlow(
                name,
                entry.flow_name,
                said.get("description", ""),
                schema_of(said.get("fields") or []),
            )
            found[name] = _Offered(entry, shown)
        return dict(sorted(found.items()))


def run_address(flow_id: UUID, run_id: UUID) -> str:
    """Where a person can look at the run."""
    return f"{settings.PUBLIC_URL}/flows/{flow_id}/runs/{run_id}/"
