"""The admin's pages over run-time rows. They read; what changes runs is in the services."""

from runtime.admin import credential, run, table, table_row

__all__ = ["credential", "run", "table", "table_row"]
