"""How long a flow's runs are kept: reads and changes the rule. The pruner follows it by itself."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from functools import cache
from uuid import UUID

from runtime.models import Retention
from runtime.retention import FOREVER, House, Rule, Wish, house_rule


@dataclass(frozen=True, slots=True)
class Kept:
    """What a flow asks for, what the server does without that, and what counts."""

    asked: Wish
    house: House
    rule: Rule


def read_retention(flow_id: UUID) -> Kept:
    """How long this flow's runs are kept."""
    row = Retention.objects.filter(flow_id=flow_id).first()
    wish = Wish(row.finished_days, row.failed_days, row.test_days, row.most_runs) if row else Wish()
    return Kept(wish, house(), house().rule(wish))


def save_retention(*, flow_id: UUID, workspace_id: UUID, wish: Wish) -> None:
    """Keep what the flow asks for; asking for nothing takes the row away."""
    if wish == Wish():
        Retention.objects.filter(flow_id=flow_id).delete()
        return
    Retention.objects.update_or_create(
        flow_id=flow_id,
        defaults={
            "workspace_id": workspace_id,
            "finished_days": wish.finished,
            "failed_days": wish.failed,
            "test_days": wish.test,
            "most_runs": wish.runs,
        },
    )


def days_json(kept: Wish | Rule | House, *, nothing: float | None = None) -> dict[str, object]:
    """As the API says it; `nothing` stands where there is no number of days."""
    values = asdict(kept)
    days = {
        f"{kind}_days": nothing if values[kind] is None else values[kind]
        for kind in ("finished", "failed", "test")
    }
    return {**days, "most_runs": values["runs"]}


def retention_json(kept: Kept) -> dict[str, object]:
    """All of it, as the API says it."""
    return {
        "asked": days_json(kept.asked),
        "server": days_json(kept.house),
        "counts": days_json(kept.rule, nothing=FOREVER),
        "at_least_days": kept.house.at_least,
        "at_most_days": kept.house.at_most,
    }


@cache
def house() -> House:
    """The server's rule."""
    return house_rule(os.environ)
