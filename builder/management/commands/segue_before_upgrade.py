"""`segue_before_upgrade`: backs up what migrations are about to change; `up` calls it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from builder.services.before_upgrade import before_upgrade
from builder.services.refusals import Refusal


class Command(BaseCommand):
    help = "Backs up before an upgrade, and refuses data of a newer version."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Say where the backup is, if one was needed."""
        try:
            made = before_upgrade()
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        if made is not None:
            self.stdout.write(_("Backed up before the upgrade: %s") % made.path)
