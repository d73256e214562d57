"""`python -m tests.benchmarks.fill FLOW SNAPSHOT RUNS`: puts runs of W1's flow into the queue.

A process of its own, because Django knows one database per process.
"""

from __future__ import annotations

import sys
import time
from uuid import UUID

import django

AT_ONCE = 10_000  # in one commit: no worker begins before all are there
WORKSPACE = UUID(int=11)


def main() -> None:
    """Accept so many runs at once, as callers would have them accepted."""
    django.setup()
    from runtime.models.ids import uuid7
    from runtime.sdk.items import Item, Json
    from runtime.services.engine_connection import engine_connection
    from runtime.store.accept import NewRun, accept

    flow, snapshot, left = UUID(sys.argv[1]), UUID(sys.argv[2]), int(sys.argv[3])
    body: Json = {"id": 7, "name": "Ada", "lines": [{"sku": "A-1", "amount": 2}]}
    call = Item({"method": "POST", "path": "w1", "query": {}, "headers": {}, "body": body})

    def run() -> NewRun:
        return NewRun(
            id=uuid7(),
            workspace_id=WORKSPACE,
            flow_id=flow,
            version=1,
            snapshot_id=snapshot,
            mode="live",
            trigger_key="call",
            trigger_kind="webhook",
            items=[call],
            created_at=time.time(),
            deadline_seconds=3600,
        )

    with engine_connection() as db:
        while left > 0:
            accept(db, [run() for _ in range(min(left, AT_ONCE))])
            left -= AT_ONCE


if __name__ == "__main__":
    main()
