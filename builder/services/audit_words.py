"""The audit log's deeds in words."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "approval_given": _("Approved what a run asked"),
    "approval_refused": _("Rejected what a run asked"),
    "backup_made": _("Downloaded a backup"),
    "backup_restored": _("Restored a backup"),
    "connection_added": _("Added a connection"),
    "connection_changed": _("Changed a connection"),
    "connection_deleted": _("Deleted a connection"),
    "data_pinned": _("Pinned data of a step"),
    "data_unpinned": _("Took pinned data away"),
    "draft_saved": _("Saved a draft"),
    "example_added": _("Added an example"),
    "flow_changed": _("Renamed or described a flow"),
    "flow_created": _("Made a flow"),
    "flow_deleted": _("Deleted a flow"),
    "flow_duplicated": _("Copied a flow"),
    "flow_exported": _("Downloaded a flow"),
    "flow_imported": _("Imported a flow"),
    "flow_published": _("Published a flow"),
    "flow_run": _("Started a flow"),
    "flow_switched_off": _("Switched a flow off"),
    "flow_switched_on": _("Switched a flow on"),
    "link_made": _("Made a sign-in link"),
    "model_added": _("Added a model"),
    "model_changed": _("Changed a model"),
    "model_deleted": _("Deleted a model"),
    "outcome_decided": _("Decided an unknown outcome"),
    "person_invited": _("Let a person in"),
    "person_removed": _("Let a person go"),
    "retention_changed": _("Changed how long runs are kept"),
    "role_changed": _("Changed a role"),
    "run_again": _("Ran something again"),
    "run_replayed": _("Tried a call on the draft"),
    "run_cancelled": _("Stopped a run"),
    "sign_in_refused": _("Was refused at the sign-in"),
    "signed_in": _("Signed in"),
    "signed_out": _("Signed out"),
    "table_added": _("Made a table"),
    "table_changed": _("Changed a table"),
    "table_deleted": _("Deleted a table"),
    "table_imported": _("Took over a file into a table"),
    "table_row_added": _("Added a row to a table"),
    "table_row_changed": _("Changed a row of a table"),
    "table_row_deleted": _("Removed a row of a table"),
    "token_made": _("Made an API token"),
    "version_restored": _("Went back to a version"),
    "workspace_changed": _("Renamed the workspace"),
    "workspace_made": _("Made a workspace"),
}


def action_words(action: str) -> str:
    """Return what a person reads; a deed without words shows its name."""
    return str(WORDS.get(action, action.replace("_", " ")))
