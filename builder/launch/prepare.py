"""Brings the database and the served files up to date; run inside the virtual environment.

The only file of the launcher that imports Django. Prints one JSON object on its last line.
`python -m builder.launch.prepare BASE_URL LINKS [--collect]`
"""

import argparse
import io
import json
import sys

import django
from django.core.management import CommandError, call_command


def main() -> None:
    """Migrate, make what a first start makes, gather static files, print sign-in links."""
    parser = argparse.ArgumentParser()
    parser.add_argument("base_url")
    parser.add_argument("links", type=int)
    parser.add_argument("--collect", action="store_true")
    asked = parser.parse_args()
    django.setup()
    try:
        call_command("segue_before_upgrade", stdout=sys.stderr)
    except CommandError as refusal:
        sys.exit(str(refusal))
    call_command("migrate", interactive=False, verbosity=0)
    call_command("segue_first_start", stdout=sys.stderr)
    if asked.collect:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    print(json.dumps({"links": [login_link(asked.base_url) for _ in range(asked.links)]}))


def login_link(base_url: str) -> str:
    """A link that signs in once, as the builder's own command makes it."""
    said = io.StringIO()
    call_command("segue_login_link", base_url=base_url, stdout=said)
    return said.getvalue().strip()


if __name__ == "__main__":
    main()
