"""Workers die while steps write to tables and count: each item is written and counted once."""

import json

from runtime.models.ids import uuid7
from tests.support.stand import WORKSPACE, Stand, chain, node

ITEMS = 120


def make_table(stand: Stand, name: str) -> None:
    """A table with one column and no key: nothing but the deeds keeps doubles out."""
    db, table = stand.db, uuid7()
    now = db.time(db.now())
    db.run(
        "INSERT INTO runtime_datatable (id, workspace_id, name, row_count, created_at, updated_at) "
        "VALUES (%s, %s, %s, 0, %s, %s)",
        (db.id(table), db.id(WORKSPACE), name, now, now),
    )
    db.run(
        "INSERT INTO runtime_datacolumn (name, kind, is_key, table_id) VALUES (%s, %s, %s, %s)",
        ("number", "number", False, db.id(table)),
    )


def test_a_worker_killed_while_it_writes_leaves_each_row_once(stand: Stand) -> None:
    make_table(stand, "Numbers")
    document = chain(
        node("start", "trigger.manual"),
        node(
            "keep",
            "data.table_write",
            {"table": "Numbers", "values": [{"name": "number", "value": "{{ input.number }}"}]},
        ),
        node("count", "data.remember", {"action": "add", "name": "n", "shared": "workspace"}),
    )
    written = "SELECT row_count FROM runtime_datatable"
    stand.accept(document, items=[{"number": number} for number in range(ITEMS)])
    for enough in (10, 70):
        worker = stand.start_worker()
        stand.until(lambda least=enough: stand.one(written) >= least, 40, "nothing was written")
        stand.kill(worker)
    stand.start_worker()
    stand.wait_over(60)
    assert stand.statuses() == {"succeeded": 1}
    cells = [json.loads(row[0]) for row in stand.db.run("SELECT cells FROM runtime_datarow")]
    numbers = sorted(number for row in cells for number in row.values())
    assert numbers == list(range(ITEMS))
    assert stand.one(written) == ITEMS
    assert stand.one("SELECT value FROM runtime_memoryentry") == str(ITEMS)
