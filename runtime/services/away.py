"""What is said while the database is away, locked or without room on its disk."""

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from runtime.store.dialect import DatabaseDownError

RETRY_AFTER_SECONDS = 5
AWAY = _(
    "The database does not answer right now, so nothing was saved. Try again in a moment; if it "
    "goes on, tell whoever looks after Segue."
)


def is_away(error: BaseException | None) -> bool:
    """Whether trying again later may help, because only the database was in the way."""
    return isinstance(error, DatabaseDownError | OperationalError | InterfaceError)
