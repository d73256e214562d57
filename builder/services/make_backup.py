"""Puts everything that is kept into one file, while everything runs."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from builder.models import Flow, Membership, Workspace
from builder.services.backup_about import (
    FILES,
    FORMAT,
    KEYS,
    MEMBER,
    About,
    applied_migrations,
)
from builder.services.refusals import NotPossibleError
from runtime.models import Run
from runtime.services.copy_database import bytes_aside, write_database

FOLDER = "backups"
# Everything in the data folder is copied but this: the database by its own way, the keys only when
# asked for, the rest is made anew at every start.
_LEFT_OUT = frozenset({"secrets", "broker", "logs", "static", "run", "workers", FOLDER})
# Where a process answers at this moment, and the like.
_PASSING = ("practice-model.", "meaning-model.")
SPARE_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Backup:
    """One that was made."""

    path: Path
    about: About

    @property
    def megabytes(self) -> float:
        """Its size."""
        return self.path.stat().st_size / 1_000_000


def make_backup(target: Path | None = None, *, with_keys: bool = False) -> Backup:
    """Write a backup; without *target* into the data folder, under a name with the time.

    Consistent at one moment: the database in one read of it, and the files after it, since a file
    is there before any row speaks of it. Raises NotPossibleError.
    """
    if not applied_migrations() or not is_filled():
        raise NotPossibleError(_("There is nothing to back up yet. Start Segue once: manage.py up"))
    path = target or usual_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _need_room(path.parent)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    about = _about(with_keys=with_keys)
    try:
        with _private(part) as archive:
            archive.writestr(MEMBER, about.dump())
            write_database(archive, path.parent)
            for file, name in _files():
                _add(archive, file, FILES + name)
            if with_keys:
                for name, key in _keys().items():
                    archive.writestr(KEYS + name, key)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return Backup(path, about)


def usual_path(beginning: str = "segue") -> Path:
    """Return where a backup goes that nobody gave a place."""
    now = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")
    folder = Path(settings.DATA_DIR) / FOLDER
    ends = chain([""], (f"-{number}" for number in count(2)))  # two within a second
    names = (f"{beginning}-{now}{end}.zip" for end in ends)
    return next(path for name in names if not (path := folder / name).exists())


def is_filled() -> bool:
    """Return whether there is anything in the database that somebody would miss."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    return Workspace._meta.db_table in tables and Workspace.objects.only("id").exists()


def _about(*, with_keys: bool) -> About:
    return About(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        database=connection.vendor,
        migrations=applied_migrations(),
        counts={
            "flows": Flow.objects.count(),
            "runs": Run.objects.count(),
            "people": Membership.objects.values("user_id").distinct().count(),
        },
        with_keys=with_keys,
    )


def _need_room(folder: Path) -> None:
    """SQLite needs its size twice: aside, and at the worst the same again in the archive."""
    needed = 2 * bytes_aside() + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NotPossibleError(
            _("There is too little room in %(folder)s: %(free)d MB are free, %(needed)d needed.")
            % {"folder": folder, "free": free // 1_000_000, "needed": needed // 1_000_000}
        )


@contextmanager
def _private(path: Path) -> Iterator[ZipFile]:
    """A new archive only its owner may read; on the disk when it is done."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w+b") as file:
        # Fast rather than small: whoever waits for it waits for the packing.
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            yield archive
        file.flush()
        os.fsync(file.fileno())


def _add(archive: ZipFile, file: Path, name: str) -> None:
    """Copy a file, unless a run that was pruned took it away meanwhile."""
    for pause in (0.0, 0.05):  # somebody may be looking whether it can go: it comes back then
        time.sleep(pause)
        with suppress(FileNotFoundError):
            archive.write(file, name)
            return


def _files() -> Iterator[tuple[Path, str]]:
    data = Path(settings.DATA_DIR)
    database = Path(str(connection.settings_dict["NAME"])).name
    for path in sorted(data.rglob("*")):
        inside = path.relative_to(data)
        passing = inside.name.startswith((database, ".", *_PASSING)) or inside.suffix == ".lock"
        if passing or inside.parts[0] in _LEFT_OUT or "incoming" in inside.parts:
            continue
        if path.is_file() and not path.is_symlink():
            yield path, inside.as_posix()


def _keys() -> dict[str, str]:
    """Those in use, wherever they come from."""
    return {
        "secret_key": str(settings.SECRET_KEY),
        "encryption_keys": ",".join(settings.ENCRYPTION_KEYS),
    }
