"""What must hold in the database whatever died, and whenever."""

from collections.abc import Iterable

from tests.support.callers import Promises
from tests.support.counter import CountingServer
from tests.support.stand import Stand


def broken_invariants(
    stand: Stand, server: CountingServer | None = None, promises: Promises | None = None
) -> list[str]:
    """Sentences for what does not hold once everything has settled."""
    found = [*_accepted(stand), *_ended(stand), *_once(stand), *_numbered(stand), *_let_go(stand)]
    if promises is not None:
        found.extend(_kept(stand, promises))
    if server is not None:
        found.extend(_calls(stand, server))
    return found


def _accepted(stand: Stand) -> Iterable[str]:
    """Every accepted delivery stands for exactly one run."""
    orphans = stand.one(
        "SELECT count(*) FROM runtime_delivery d WHERE NOT EXISTS "
        "(SELECT 1 FROM runtime_run r WHERE r.id = d.run_id)"
    )
    if orphans:
        yield f"{orphans} deliveries have no run"


def _kept(stand: Stand, promises: Promises) -> Iterable[str]:
    """Whatever got a 2xx is a run, and one event is one run."""
    yield from promises.broken
    known = {stand.db.uuid(row[0]) for row in stand.db.run("SELECT id FROM runtime_run")}
    lost = set(promises.accepted.values()) - known
    if lost:
        yield f"{len(lost)} accepted calls have no run"
    if len(set(promises.accepted.values())) != len(promises.accepted):
        yield "two events became one run"


def _ended(stand: Stand) -> Iterable[str]:
    """Every run is over, and has said so once."""
    left = stand.unfinished()
    if left:
        yield f"{left} runs are not over"
    for table in ("runtime_step", "runtime_attempt"):
        open_rows = stand.one(
            f"SELECT count(*) FROM {table} t JOIN runtime_run r ON r.id = t.run_id "  # noqa: S608
            "WHERE r.status IN ('succeeded', 'failed', 'timed_out', 'cancelled') "
            "AND t.status IN ('pending', 'running', 'waiting')"
        )
        if open_rows:
            yield f"{open_rows} rows of {table} are open in runs that are over"


def _once(stand: Stand) -> Iterable[str]:
    """One result for each step at each iteration, and for each item of it."""
    for table, place in (
        ("runtime_step", "run_id, node, iteration"),
        ("runtime_attempt", "run_id, node, iteration, item"),
    ):
        twice = stand.one(
            f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE status = 'succeeded' "  # noqa: S608
            f"GROUP BY {place} HAVING count(*) > 1) x"
        )
        if twice:
            yield f"{twice} results stand twice in {table}"


def _numbered(stand: Stand) -> Iterable[str]:
    """No two events of a run have one number, and the run's own end is the last."""
    events = (
        "SELECT run_id, seq FROM runtime_step UNION ALL SELECT run_id, seq FROM runtime_attempt "
        "UNION ALL SELECT run_id, seq FROM runtime_logline"
    )
    doubled = stand.one(
        f"SELECT count(*) FROM (SELECT 1 FROM ({events}) e "  # noqa: S608
        "GROUP BY run_id, seq HAVING count(*) > 1) x"
    )
    if doubled:
        yield f"{doubled} event numbers are used twice"
    after = stand.one(
        f"SELECT count(*) FROM ({events}) e JOIN runtime_run r ON r.id = e.run_id "  # noqa: S608
        "WHERE e.seq >= r.seq"
    )
    if after:
        yield f"{after} events come after the end of their run"


def _let_go(stand: Stand) -> Iterable[str]:
    """Nobody holds a run that is over, and no dead worker holds any."""
    held = stand.one(
        "SELECT count(*) FROM runtime_run r WHERE owner_id IS NOT NULL AND (r.status <> 'running' "
        "OR NOT EXISTS (SELECT 1 FROM runtime_worker w WHERE w.id = r.owner_id AND NOT w.dead))"
    )
    if held:
        yield f"{held} runs are held by nobody who lives"


def _calls(stand: Stand, server: CountingServer) -> Iterable[str]:
    """Every call was announced by an attempt before it was made, and made once."""
    rows = stand.db.run("SELECT run_id, node, iteration, item, number, status FROM runtime_attempt")
    attempts = {
        (f"{stand.db.uuid(run)}/{key}/{at}/{item}", str(number)): status
        for run, key, at, item, number, status in rows
    }
    strangers = set(server.calls) - set(attempts)
    if strangers:
        yield f"{len(strangers)} calls were not announced"
    if any(times > 1 for times in server.calls.values()):
        yield "an attempt was made twice"
