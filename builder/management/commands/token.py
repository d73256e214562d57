"""`token USERNAME`: makes an API token and prints it, on one line and only this once."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from knox.models import AuthToken

from builder.services.audit import record


class Command(BaseCommand):
    help = "Makes an API token for a user and prints it. It is shown only this once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare whose token it is."""
        parser.add_argument("username", metavar="USERNAME")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token."""
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no user called “{options['username']}”.")
        _, token = AuthToken.objects.create(user)
        record("token_made", actor=user)
        self.stdout.write(token)
