"""Ten thousand runs wait at once: they drain, in fair turns, and the lists stay quick.

Row 22 of the fault matrix (docs/operators/faults.md).
"""

import time
from collections.abc import Callable
from uuid import UUID

from runtime.models.ids import uuid7
from runtime.store.claims import claim_runs
from runtime.store.leases import Incarnation, hand_back, register
from tests.support.invariants import broken_invariants
from tests.support.stand import Stand, chain, node

CROWD, FEW = 9_900, 100
QUICK = (
    1.0  # seconds; what takes milliseconds may take so long on a busy machine, a scan takes more
)


def test_ten_thousand_runs_that_wait_at_once(stand: Stand) -> None:
    base = stand.start_web()
    api = stand.api(base)
    workspace = stand.db.uuid(stand.one("SELECT id FROM builder_workspace"))
    document = chain(node("start", "trigger.manual"), node("end", "data.set"))
    crowd, few = uuid7(), uuid7()
    stand.accept(document, CROWD, flow_id=crowd, workspace_id=workspace)
    stand.accept(document, FEW, flow_id=few, workspace_id=workspace)
    assert slowest_claim(stand) < QUICK
    with api:
        queued = {"status": "queued", "flow": str(few)}
        assert took(lambda: api.get("runs/").raise_for_status()) < QUICK
        assert took(lambda: api.get("runs/", params=queued).raise_for_status()) < QUICK
    stand.start_worker()
    stand.start_worker()
    stand.until(lambda: left(stand, few) == 0, 60, "the few did not get their turn")
    assert left(stand, crowd) > CROWD / 4  # they did not wait for the crowd before them
    stand.wait_over(90)
    assert stand.statuses() == {"succeeded": CROWD + FEW}
    assert broken_invariants(stand) == []


def slowest_claim(stand: Stand) -> float:
    """Of fifty; what they took goes back."""
    me = Incarnation(uuid7(), 7, "")
    register(stand.db, me)
    claimed: list[UUID] = []

    def claim() -> None:
        claimed.extend(run.id for run in claim_runs(stand.db, me.id, ids=None, limit=20))

    slowest = max(took(claim) for _ in range(50))
    hand_back(stand.db, me.id, claimed)
    with stand.db.transaction():
        stand.db.run("UPDATE runtime_worker SET dead = %s", (True,))
    print(f"slowest claim {slowest:.4f} s")
    return slowest


def took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def left(stand: Stand, flow: UUID) -> int:
    return int(
        stand.one(
            "SELECT count(*) FROM runtime_run WHERE flow_id = %s AND status <> 'succeeded'",
            (stand.db.id(flow),),
        )
    )
