"""The admin's pages over run-time rows. They read; what changes runs is in the services."""

from runtime.admin import credential, run

__all__ = ["credential", "run"]
