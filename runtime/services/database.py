"""What design time asks of the database besides rows."""

from runtime.services.engine_connection import engine_connection


def keep_reserve() -> None:
    """Lay down what a full disk gets first; does nothing where the database has its own disk."""
    with engine_connection() as db:
        db.keep_reserve()
