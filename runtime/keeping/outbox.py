"""The outbox: mails of flows that have no mail server yet."""

from __future__ import annotations

from uuid import UUID

from runtime.models import OutboxMail
from runtime.network.letters import checked, one_line
from runtime.sdk.mail import Letter

KEPT = 500  # of a workspace
_NOBODY = "Segue <segue@localhost>"


def put_into_outbox(workspace_id: UUID, letter: Letter, key: str) -> str:
    """Keep the letter, once for the key; raises NodeError for what could not be sent either."""
    made = checked(letter, key, 0, _NOBODY).message_id
    OutboxMail.objects.bulk_create(
        [
            OutboxMail(
                workspace_id=workspace_id,
                message_id=made,
                run_id=_run(key),
                sender=_kept(letter.sender),
                recipients=_kept("\n".join(_named(letter))),
                reply_to=_kept(", ".join(letter.reply_to)),
                subject=one_line(letter.subject),
                text=_kept(letter.text + _attached(letter)),
                html=_kept(letter.html),
            )
        ],
        ignore_conflicts=True,
    )
    rows = OutboxMail.objects.filter(workspace_id=workspace_id)
    old = list(rows.order_by("-id").values_list("id", flat=True)[KEPT : KEPT + 100])
    OutboxMail.objects.filter(id__in=old).delete()
    return made


def _named(letter: Letter) -> list[str]:
    copies = [f"Cc: {one}" for one in letter.cc]
    return [*letter.to, *copies, *(f"Bcc: {one}" for one in letter.bcc)]


def _attached(letter: Letter) -> str:
    """What would have gone with it, in words: the files themselves stay with the run."""
    names = ", ".join(f"{one.name} ({len(one.content):,} bytes)" for one in letter.attachments)
    return f"\n\n[{names}]" if names else ""


def _kept(text: str) -> str:
    """What a database can keep: no half characters, and no zero."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _run(key: str) -> UUID | None:
    """An idempotency key begins with the run's id."""
    try:
        return UUID(key.partition("/")[0])
    except ValueError:
        return None
