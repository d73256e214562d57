"""What edges and design time need to know of the database's sessions."""

from runtime.services.engine_connection import engine_connection
from runtime.store.dialect import DatabaseDownError
from runtime.store.postgresql import LINE, answered_or_ended

__all__ = ["LINE", "DatabaseDownError", "answered_or_ended", "keep_reserve"]


def keep_reserve() -> None:
    """Lay down what a full disk gets first; does nothing where the database has its own disk."""
    with engine_connection() as db:
        db.keep_reserve()
