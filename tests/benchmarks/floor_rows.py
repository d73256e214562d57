"""The rows a floor writes: one run and five steps, about as wide as the real ones."""

from __future__ import annotations

import uuid

STEPS = 5
TABLES = (
    """CREATE TABLE IF NOT EXISTS floor_run
    (id varchar(36) PRIMARY KEY, status varchar(12), input text, output text)""",
    """CREATE TABLE IF NOT EXISTS floor_step
    (run_id varchar(36), node varchar(20), output text, PRIMARY KEY (run_id, node))""",
)
INSERT_RUN = "INSERT INTO floor_run (id, status, input, output) VALUES (%s, %s, %s, %s)"
_PLACES = ", ".join(["(%s, %s, %s)"] * STEPS)
INSERT_STEPS = f"INSERT INTO floor_step (run_id, node, output) VALUES {_PLACES}"  # noqa: S608


def new_rows(body: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The values for both statements."""
    run = str(uuid.uuid4())
    steps = [value for n in range(STEPS) for value in (run, f"step{n}", body)]
    return (run, "succeeded", body, body), tuple(steps)
