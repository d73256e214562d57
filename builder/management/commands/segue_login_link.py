"""`segue_login_link --base-url URL`: prints a link that signs the admin in once."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from builder.services.first_start import ADMIN
from builder.services.login_link import create_login_link


class Command(BaseCommand):
    help = "Prints a link that signs a user in once, within 24 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where Segue is reached, and whom the link is for."""
        parser.add_argument("--base-url", required=True)
        parser.add_argument("--username", default=ADMIN)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the link."""
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no user called “{options['username']}”.")
        self.stdout.write(create_login_link(user, options["base_url"]))
