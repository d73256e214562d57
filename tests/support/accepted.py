"""Counts in the database itself which results and ends it accepted, also those written over."""

from tests.support.stand import Stand

_OVER = "('succeeded', 'failed', 'timed_out', 'cancelled')"
_STEP = "NEW.run_id || '/' || NEW.node || '/' || NEW.iteration"
# table, condition, the place that may get one result only
_WATCHED = (
    ("runtime_step", "NEW.status IN ('succeeded', 'failed')", _STEP),
    (
        "runtime_attempt",
        "NEW.status IN ('succeeded', 'failed')",
        f"{_STEP} || '/' || NEW.item || '/' || NEW.number",
    ),
    ("runtime_run", f"NEW.status IN {_OVER}", "CAST(NEW.id AS text)"),
)


def count_accepted(stand: Stand) -> None:
    """From now on every acceptance leaves a row."""
    stand.db.run("CREATE TABLE test_accepted (what text, place text)")
    for table, condition, place in _WATCHED:
        insert = f"INSERT INTO test_accepted VALUES ('{table}', {place});"  # noqa: S608
        if stand.db.for_update:
            stand.db.run(
                f"CREATE FUNCTION count_{table}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {insert} RETURN NULL; END $$"
            )
            stand.db.run(
                f"CREATE TRIGGER count_{table} AFTER INSERT OR UPDATE ON {table} "
                f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION count_{table}()"
            )
            continue
        for event in ("INSERT", "UPDATE"):
            stand.db.run(
                f"CREATE TRIGGER count_{table}_{event} AFTER {event} ON {table} "
                f"WHEN {condition} BEGIN {insert} END"
            )


def accepted_twice(stand: Stand) -> dict[str, int]:
    """By table: how many places got more than one result, or runs more than one end."""
    rows = stand.db.run(
        "SELECT what, count(*) FROM (SELECT what FROM test_accepted GROUP BY what, place "
        "HAVING count(*) > 1) x GROUP BY what"
    )
    return {str(what): int(count) for what, count in rows}
