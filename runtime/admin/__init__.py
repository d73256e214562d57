"""The admin's pages over run-time rows. They read; what changes runs is in the services."""

from runtime.admin import credential, fact, outbox, run, table, table_row

__all__ = ["credential", "fact", "outbox", "run", "table", "table_row"]
