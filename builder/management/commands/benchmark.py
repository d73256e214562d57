"""`manage.py benchmark [W1 … W7] [--database …] [--json FILE]`: measure, against floors."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

NAMES = ("W1", "W2", "W3", "W4", "W5", "W6", "W7")
LONG = ("GROWTH", "SOAK")  # minutes each, so only where they are asked for


class Command(BaseCommand):
    help = (
        "Measure this Segue on this machine: webhooks answered, chains, calls, items, memory. "
        "It starts a Segue of its own in a temporary folder and leaves your data alone."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "workloads", nargs="*", metavar="W1 … W7, GROWTH, SOAK", help="W1 to W7 when left out"
        )
        parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
        parser.add_argument("--json", metavar="FILE", help="write the figures there as well")
        parser.add_argument("--workers", type=int, default=1, help="how many workers (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = [name.upper() for name in options["workloads"]] or list(NAMES)
        unknown = [name for name in wanted if name not in (*NAMES, *LONG)]
        if unknown:
            raise CommandError(
                f"There is no workload {unknown[0]}. Choose from {', '.join((*NAMES, *LONG))}."
            )
        try:
            from tests.benchmarks.figures import table
            from tests.benchmarks.run import run
        except ModuleNotFoundError as error:
            raise CommandError(
                f"The benchmarks come with Segue's source, not with the package ({error.name})."
            ) from None
        report = run(wanted, options["database"], self.stderr.write, options["workers"])
        self.stdout.write(table(report.figures))
        if options["json"]:
            Path(options["json"]).write_text(json.dumps(report.dump(), indent=2) + "\n")
        if not report.complete:
            raise CommandError("Not everything could be measured; see above.")
