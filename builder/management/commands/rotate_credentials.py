"""`rotate_credentials`: encrypts all connections with the newest key. Safe to stop and repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from runtime.services.credentials import CredentialRefusedError, rotate_credentials


class Command(BaseCommand):
    help = "Encrypts all connections with the newest key of SEGUE_ENCRYPTION_KEYS or its file."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many were changed."""
        try:
            count = rotate_credentials()
        except CredentialRefusedError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{count} connections were encrypted anew.")
