"""What happens at a start with another version than the last: a backup, or a refusal."""

from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from builder import environment
from builder.services.backup_about import applied_migrations, unknown_of
from builder.services.make_backup import FOLDER, Backup, is_filled, make_backup, usual_path
from builder.services.refusals import NotPossibleError

BEGINNING = "before-upgrade"
KEPT = 3


def before_upgrade() -> Backup | None:
    """Back up what is about to be changed; None where nothing changes.

    Raises NotPossibleError for data of a newer version, and where there is no room for the backup.
    """
    applied = applied_migrations()
    if unknown_of(applied):
        raise NotPossibleError(
            _(
                "This data was last used by a newer Segue, and this one is too old to read it. "
                "Start the newer version again, or restore a backup from before the upgrade: "
                "they are in %s."
            )
            % (Path(settings.DATA_DIR) / FOLDER)
        )
    executor = MigrationExecutor(connection)
    if not applied or not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return None
    if not is_filled() or not environment.flag("SEGUE_BACKUP_BEFORE_UPGRADE", default=True):
        return None
    try:
        made = make_backup(usual_path(BEGINNING))
    except NotPossibleError as refusal:
        raise NotPossibleError(
            _(
                "Before an upgrade the data is backed up. %s Make room, or start once with "
                "SEGUE_BACKUP_BEFORE_UPGRADE=0."
            )
            % refusal
        ) from None
    for old in sorted(made.path.parent.glob(f"{BEGINNING}-*.zip"))[:-KEPT]:
        old.unlink()
    return made
