"""The admin's pages over run-time rows. They read; what changes runs is in the services."""

from runtime.admin import collection, credential, fact, outbox, run, table, table_row

__all__ = ["collection", "credential", "fact", "outbox", "run", "table", "table_row"]
