"""`python -m tests.benchmarks.seed SLOW_URL_W3 SLOW_URL_W4`: gives a database the measured flows.

A process of its own, because Django knows one database per process.
"""

from __future__ import annotations

import json
import sys
from uuid import UUID, uuid5

import django


def main() -> None:
    """Migrate, publish every flow, print their snapshots by name."""
    django.setup()
    from django.core.management import call_command

    from runtime.graph.parse import parse_document
    from runtime.services.routes import set_routes
    from runtime.services.snapshots import save_snapshot
    from runtime.services.standing import Standing
    from tests.benchmarks.flows import documents

    call_command("migrate", interactive=False, verbosity=0)
    workspace = UUID(int=11)
    short, long = sys.argv[1:3]
    _model(workspace, long)
    found: dict[str, str] = {}
    for name, raw in {**documents(short), "w4": documents(long)["w4"]}.items():
        document = parse_document(raw)
        snapshot = save_snapshot(workspace, document)
        standing = Standing(
            flow_id=uuid5(workspace, name),  # the same at a second start on one database
            flow_name=name,
            workspace_id=workspace,
            document=document,
            snapshot_id=snapshot.id,
            version=1,
            mode="live",
            live=True,
        )
        set_routes(standing)
        found[name] = str(snapshot.id)
    print(json.dumps(found))


def _model(workspace: UUID, address: str) -> None:
    """The workspace's model is the slow server."""
    from builder.models import ModelProfile, Workspace

    Workspace.objects.get_or_create(id=workspace, defaults={"name": "Benchmark"})
    ModelProfile.objects.get_or_create(
        workspace_id=workspace, name="Slow", defaults={"model": "slow", "base_url": address}
    )


if __name__ == "__main__":
    main()
