"""`token USERNAME`: makes an API token and prints it, on one line and only this once."""

from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from knox.models import AuthToken

from builder.services.api_keys import make_api_key
from builder.services.audit import record
from builder.services.refusals import NotPossibleError


class Command(BaseCommand):
    help = "Makes an API token for a user and prints it. It is shown only this once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare whose token it is, its name and its limits."""
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--name", default="", help="what the key is for; shown with its runs")
        parser.add_argument("--calls-a-day", type=int, help="how many runs it may start a day")
        parser.add_argument(
            "--money-a-month", type=Decimal, help="what models may cost for it in a month"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token."""
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no user called “{options['username']}”.")
        limits = {name: options[name] for name in ("calls_a_day", "money_a_month")}
        if not options["name"] and any(value is not None for value in limits.values()):
            raise CommandError("Give the key a --name, so that its limits can be told apart.")
        if not options["name"]:
            _, token = AuthToken.objects.create(user)
            record("token_made", actor=user)
        else:
            try:
                token = make_api_key(user, options["name"], actor=user, **limits)
            except NotPossibleError as error:
                raise CommandError(str(error)) from None
        self.stdout.write(token)
