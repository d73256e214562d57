"""Hosts the engine inside `celery worker`: starts it after the pool, drains it at the end."""

from __future__ import annotations

from typing import Any

from celery import Celery, bootsteps
from celery.worker.control import inspect_command

from runtime.worker.host import host


class EngineStep(bootsteps.StartStopStep):
    """Starts the engine's loop in a thread of its own; `stop` drains it."""

    requires = ("celery.worker.components:Pool",)

    def start(self, parent: Any) -> None:
        host().start()

    def stop(self, parent: Any) -> None:
        host().stop()

    def terminate(self, parent: Any) -> None:
        host().stop()


def install(app: Celery) -> None:
    """Add the step to every worker of the app."""
    app.steps["worker"].add(EngineStep)


@inspect_command(name="segue_active_runs")
def active_runs(state: Any) -> dict[str, Any]:
    """`celery inspect segue_active_runs`: the runs this worker holds and the steps in flight."""
    return host().describe()
