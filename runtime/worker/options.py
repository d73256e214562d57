"""What operators can set of an engine, and the switches that only tests turn off."""

from __future__ import annotations

import os
from dataclasses import dataclass

from runtime.engine.budgets import CEILING, Budgets
from runtime.worker.watchdog import WATCHDOG_SECONDS


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """`max_active` caps the runs held at once; the sweep interval is in seconds.

    A worker that is `alone` takes runs under suspicion until there are no more: the first by
    itself, and for each that came through one more at a time, so that hundreds who are innocent do
    not queue behind each other. The switches at the end exist only so that tests can prove what
    breaks without them.
    """

    max_active: int = 2000
    claim_size: int = 200
    sweep_seconds: float = 0.5
    drain_seconds: float = 20.0
    park_after_seconds: float = 30.0
    alone: bool = False
    watchdog_seconds: float = WATCHDOG_SECONDS
    ceiling: Budgets = CEILING  # what no flow's settings go beyond
    fence: bool = True
    intents: bool = True
    sweeps: bool = True
    epochs: bool = True
    isolation: bool = True
    frozen: bool = True


def options_from_environment() -> EngineOptions:
    """Options for operators; the switches that tests turn off are read here too."""

    def on(name: str) -> bool:
        return os.environ.get(name, "1") != "0"

    return EngineOptions(
        max_active=int(os.environ.get("SEGUE_MAX_ACTIVE_RUNS", "2000")),
        drain_seconds=float(os.environ.get("SEGUE_DRAIN_SECONDS", "20")),
        park_after_seconds=float(os.environ.get("SEGUE_PARK_AFTER_SECONDS", "30")),
        watchdog_seconds=float(os.environ.get("SEGUE_WATCHDOG_SECONDS", WATCHDOG_SECONDS)),
        ceiling=_ceiling(),
        fence=on("SEGUE_ENGINE_FENCE"),
        intents=on("SEGUE_ENGINE_INTENTS"),
        sweeps=on("SEGUE_ENGINE_SWEEPS"),
        epochs=on("SEGUE_ENGINE_EPOCHS"),
        isolation=on("SEGUE_ENGINE_ISOLATION"),
        frozen=on("SEGUE_ENGINE_FROZEN"),
    )


def _ceiling() -> Budgets:
    def most(name: str, otherwise: int) -> int:
        return int(os.environ.get(name, otherwise))

    return Budgets(
        most("SEGUE_MOST_STEPS", CEILING.steps),
        most("SEGUE_MOST_ITEMS_PER_STEP", CEILING.items_per_step),
        most("SEGUE_MOST_ITEMS", CEILING.items),
        most("SEGUE_MOST_STORED_MB", CEILING.stored_bytes // 1_000_000) * 1_000_000,
    )
