"""Compiled plans by snapshot: parsed once, used by every run of that snapshot."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from uuid import UUID

from runtime.graph.parse import parse_stored
from runtime.graph.plan import Plan, compile_plan, instance_here
from runtime.sdk import Node

KEPT = 500


class PlanCache:
    """The most recently used plans."""

    def __init__(
        self,
        types: Mapping[str, type[Node]],
        instance: Callable[[type[Node]], Node] = instance_here,
    ) -> None:
        self._types = types
        self._instance = instance
        self._plans: OrderedDict[UUID, Plan] = OrderedDict()

    def get(self, snapshot: UUID) -> Plan | None:
        """A plan that is at hand."""
        plan = self._plans.get(snapshot)
        if plan is not None:
            self._plans.move_to_end(snapshot)
        return plan

    def compile(self, snapshot: UUID, document: str) -> Plan:
        """Compile and keep; raises UnknownNodeTypeError and DocumentError."""
        plan = compile_plan(parse_stored(document), self._types, self._instance)
        self._plans[snapshot] = plan
        if len(self._plans) > KEPT:
            self._plans.popitem(last=False)
        return plan
