"""`python -m runtime.worker.alone RUN`: a worker of its own for one run under suspicion."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "builder.settings")
django.setup()

from runtime.worker.host import EngineHost, options_from_environment  # noqa: E402


def main(run_id: UUID) -> None:
    """Claim the run, bring it to an end, leave."""
    host = EngineHost(replace(options_from_environment(), alone=run_id))
    host.start()
    host.join()


if __name__ == "__main__":
    main(UUID(sys.argv[1]))
