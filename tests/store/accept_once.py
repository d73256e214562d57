"""Accepts one run with a delivery key, as a web process does; may be told to die on the way."""

import sys
import time
from pathlib import Path
from uuid import UUID, uuid4

from runtime.sdk.items import Item
from runtime.store.accept import NewRun, accept
from runtime.store.connect import connect

WORKSPACE = UUID(int=7)


def main(settings: dict[str, str], snapshot: str, key: str) -> None:
    run = NewRun(
        id=uuid4(),
        workspace_id=WORKSPACE,
        flow_id=None,
        version=None,
        snapshot_id=UUID(snapshot),
        mode="live",
        trigger_key="start",
        trigger_kind="manual",
        items=[Item({})],
        created_at=time.time(),
        deadline_seconds=600,
        delivery=(WORKSPACE, key, "same body"),
    )
    print(accept(connect(settings), [run])[0].run_id)


if __name__ == "__main__":
    import json

    main(json.loads(Path(sys.argv[1]).read_text()), *sys.argv[2:])
