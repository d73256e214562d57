"""`segue_first_start`: makes the admin, a workspace, the practice model and the examples, once.

And lays down, at every start, the room that a full disk gets first.
"""

from typing import Any

from django.core.management.base import BaseCommand

from builder.services.first_start import first_start
from runtime.services.database import keep_reserve


class Command(BaseCommand):
    help = "Prepares a new install. On an install that is prepared it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was made."""
        for sentence in first_start():
            self.stdout.write(sentence)
        keep_reserve()
