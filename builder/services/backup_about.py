"""What a backup says of itself, and whether this Segue can read it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from builder.services.refusals import NotPossibleError

FORMAT = "segue.backup/1"
MEMBER = "about.json"
KEYS, FILES = "keys/", "files/"
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

Migrations = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class About:
    """The first thing in the archive. `migrations`: what the database had gone through by then."""

    format: str
    made_at: str  # ISO 8601, UTC
    database: str
    migrations: Migrations
    counts: dict[str, int]  # for people: flows, runs, people
    with_keys: bool

    def dump(self) -> str:
        """As it stands in the archive."""
        return json.dumps(asdict(self), indent=2)


def read_about(path: Path) -> About:
    """Return what a backup says of itself; raises NotPossibleError where it cannot be restored."""
    try:
        with ZipFile(path) as archive:
            value = json.loads(archive.read(MEMBER))
            inside = [PurePosixPath(name) for name in archive.namelist()]
            if any(path.is_absolute() or ".." in path.parts for path in inside):
                raise ValueError  # ours never lead out of the folder
        value["migrations"] = [(str(app), str(name)) for app, name in value["migrations"]]
        about = About(**value)
    except OSError as error:
        raise NotPossibleError(
            _("%(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror}
        ) from None
    except (BadZipFile, KeyError, ValueError, TypeError):
        raise NotPossibleError(_("%s is no backup of Segue, or it is damaged.") % path) from None
    _refuse_foreign(about)
    return about


def _refuse_foreign(about: About) -> None:
    if about.format != FORMAT or unknown_of(about.migrations):
        raise NotPossibleError(
            _("This backup was made by a newer Segue. Install that version, then restore it there.")
        )
    if about.database != connection.vendor:
        raise NotPossibleError(
            _("This backup is of %(theirs)s, and Segue is set up with %(ours)s (DATABASE_URL).")
            % {"theirs": _database(about.database), "ours": _database(connection.vendor)}
        )


def applied_migrations() -> Migrations:
    """What the database has gone through; nothing for an empty one."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def unknown_of(applied: Migrations) -> Migrations:
    """Those of the migrations that this version of Segue does not bring."""
    disk = MigrationLoader(None).disk_migrations or {}
    ours = {app for app, _name in disk}
    return [key for key in applied if key[0] in ours and key not in disk]


def _database(vendor: str) -> str:
    return DATABASES.get(vendor, vendor)
