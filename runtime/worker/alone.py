"""`python -m runtime.worker.alone`: takes the runs under suspicion, then leaves."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "builder.settings")
django.setup()

from runtime.worker.host import EngineHost  # noqa: E402
from runtime.worker.options import options_from_environment  # noqa: E402

MOST = 64  # suspected runs at once, after as many came through


def main() -> None:
    """Claim suspected runs until there are no more."""
    options = replace(options_from_environment(), alone=True, max_active=MOST)
    host = EngineHost(options)
    signal.signal(signal.SIGTERM, lambda *_: host.ask_to_stop())
    host.start()
    host.join()


if __name__ == "__main__":
    main()
