"""`manage.py backup [FILE] [--with-keys]`: everything that is kept, in one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from builder.services.make_backup import make_backup
from builder.services.refusals import Refusal


class Command(BaseCommand):
    help = "Backs everything up into one file. Segue may run meanwhile."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where to, and whether the keys go along."""
        parser.add_argument("file", nargs="?", help="default: a new one in the data folder")
        parser.add_argument(
            "--with-keys",
            action="store_true",
            help="put the keys in as well: whoever has the file can then read all connections",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, and say what is in it."""
        target = Path(options["file"]).absolute() if options["file"] else None
        if target is not None and target.exists():
            raise CommandError(_("%s is there already. Choose another name.") % target)
        try:
            made = make_backup(target, with_keys=options["with_keys"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as error:
            raise CommandError(
                _("The backup cannot be written: %s.") % (error.strerror or error)
            ) from None
        self.stdout.write(
            _("Backed up %(flows)d flows, %(runs)d runs and %(people)d people.") % made.about.counts
        )
        self.stdout.write(f"{made.path} ({made.megabytes:.1f} MB)")
        self.stdout.write(
            _("The keys are in it: keep it where nobody else reads it.")
            if made.about.with_keys
            else _(
                "The keys are not in it, and without them no connection can be read after "
                "restoring. Keep a copy of the folder “secrets” apart from it, or use --with-keys."
            )
        )
