"""`manage.py restore FILE [--replace]`: puts a backup in the place of what is there."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from builder.services.backup_about import About, read_about
from builder.services.refusals import Refusal
from builder.services.restore_backup import Restored, restore_backup

YES = ("y", "yes", "j", "ja")


class Command(BaseCommand):
    help = "Restores a backup. Segue must be stopped."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare from where, and what may be overwritten."""
        parser.add_argument("file")
        parser.add_argument(
            "--replace", action="store_true", help="replace what is there; it is backed up before"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what would happen, ask, do it, and say what to do next."""
        path = Path(options["file"]).absolute()
        try:
            about = read_about(path)
            self._say(_content(about))
            if options["replace"] and not options["yes"]:
                self._ask()
            done = restore_backup(path, replace=options["replace"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as error:
            raise CommandError(
                _("The backup cannot be restored: %s.") % (error.strerror or error)
            ) from None
        for sentence in _sentences(done):
            self._say(sentence)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)

    def _ask(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError(_("Nobody is here to be asked. Add --yes if you mean it."))
        self.stdout.write(_("What is there now is backed up first, then replaced."))
        if input(_("Go on? [y/N] ")).strip().lower() not in YES:
            raise CommandError(_("Nothing was changed."))


def _content(about: About) -> str:
    return _("The backup of %(when)s holds %(flows)d flows, %(runs)d runs, %(people)d people.") % {
        "when": about.made_at.replace("T", " ").replace("+00:00", " UTC"),
        **about.counts,
    }


def _sentences(done: Restored) -> list[str]:
    found = [_("It is restored. Start Segue: python3 manage.py up")]
    if done.before is not None:
        found.append(_("What was there before is in %s.") % done.before.path)
    if done.locked:
        found.append(
            ngettext(
                "One connection cannot be read with the keys here. Put the file encryption_keys "
                "that belongs to this backup into the folder “secrets”.",
                "%(count)d connections cannot be read with the keys here. Put the file "
                "encryption_keys that belongs to this backup into the folder “secrets”.",
                done.locked,
            )
            % {"count": done.locked}
        )
    return found
