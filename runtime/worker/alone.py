"""`python -m runtime.worker.alone`: takes runs under suspicion, one at a time, then leaves."""

from __future__ import annotations

import os
from dataclasses import replace

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "builder.settings")
django.setup()

from runtime.worker.host import EngineHost, options_from_environment  # noqa: E402


def main() -> None:
    """Claim suspected runs one after the other until there are no more."""
    options = replace(options_from_environment(), alone=True, max_active=1, claim_size=1)
    host = EngineHost(options)
    host.start()
    host.join()


if __name__ == "__main__":
    main()
