#!/usr/bin/env python3
"""Segue's one command: `python3 manage.py up` starts everything, `... test` checks everything.

Needs nothing but Python. It must stay readable by Pythons that are too old to run the rest,
so that they can say so; everything else is in builder/launch.
"""

import sys

OLDEST = (3, 11)


def too_old():
    """The sentence for a Python or a system that cannot run Segue, or None."""
    if sys.platform == "win32":
        return "Segue runs on Linux and macOS. On Windows, use it inside WSL (wsl --install)."
    if sys.version_info >= OLDEST:
        return None
    return (
        "Segue needs Python %d.%d or newer, and this is Python %d.%d.\n"
        "Install a newer Python, then call it by its name, for example: python3.12 manage.py up"
        % (OLDEST + tuple(sys.version_info[:2]))
    )


def main():
    """Say so when this Python is too old; otherwise hand over to the launcher."""
    complaint = too_old()
    if complaint:
        sys.stderr.write(complaint + "\n")
        return 1
    from builder.launch.main import main as launch

    return launch(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
