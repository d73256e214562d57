"""Tells people by mail that a question waits for them, that it waits for long, or for others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from runtime.models import Run
from runtime.services.access import access
from runtime.services.approvals import NEEDS, Question, find_question, is_kept_out_id
from runtime.services.post_mail import Letter, MailNotSentError, post_mail
from runtime.services.step_address import question_address
from runtime.store.dialect import Connection
from runtime.store.reviews import Telling, note_told_of, questions_to_tell

log = structlog.get_logger(__name__)
ASKED, REMINDED, ESCALATED = "asked", "reminded", "escalated"
AGAIN_SECONDS = 300.0  # after a mail that could not be sent

Post = Callable[[UUID, Letter, str, UUID | None], None]


def tell_reviewers(db: Connection, *, post: Post = post_mail) -> int:
    """Send what is due; returns how many mails went out.

    Written down after the mails: who is killed in between sends them once more, under the same
    Message-ID.
    """
    now, sent = db.now(), 0
    for one in questions_to_tell(db, now):
        moments = moments_of(one)
        due = [stage for stage, at in moments.items() if at <= now and stage not in one.told]
        try:
            for stage in due:
                sent += _tell(one, stage, post)
        except MailNotSentError as error:
            log.warning("review.not_sent", wait=str(one.id), error=str(error))
            note_told_of(db, one.id, one.told, now + AGAIN_SECONDS)
            continue
        later = [at for stage, at in moments.items() if at > now and stage not in one.told]
        note_told_of(db, one.id, [*one.told, *due], min(later, default=None))
    return sent


def moments_of(one: Telling) -> Mapping[str, float]:
    """When there is something to tell by mail; nothing where people only look by themselves."""
    if not one.details.get("mail"):
        return {}
    found = {ASKED: one.asked_at}
    for stage, name in ((REMINDED, "remind_at"), (ESCALATED, "escalate_at")):
        if one.details.get(name):
            found[stage] = float(one.details[name])
    return found


def _tell(one: Telling, stage: str, post: Post) -> int:
    asked = find_question(one.id)
    if asked is None or not asked.open:
        return 0
    people = _people(asked, stage)
    languages = access().languages_of(people)
    name = _flow_name(asked.run)
    credential = one.details.get("credential")
    for address in people:
        with override(languages.get(address, settings.LANGUAGE_CODE)):
            letter = compose(asked, stage, name, address)
        key = f"review/{one.id}/{stage}/{address}"
        post(one.workspace, letter, key, UUID(credential) if credential else None)
    return len(people)


def _people(asked: Question, stage: str) -> list[str]:
    """The mail addresses of those who may decide, and did not; of an escalation the new ones."""
    workspace = asked.run.workspace_id
    permission = NEEDS.get(asked.who)
    names = list(asked.people) if asked.who != "person" else [asked.person]
    if stage == ESCALATED:
        names = list(asked.escalate_to)
        permission = None if names else NEEDS["admin"]
    found = access().addresses_of(workspace, names, permission)
    return [address for person, address in found.items() if not is_kept_out_id(person, asked)]


def compose(asked: Question, stage: str, flow: str, to: str) -> Letter:
    """The mail: what is asked, by whom, until when, and where it is decided."""
    subjects: Mapping[str, Any] = {
        ASKED: _("A question for you: %s"),
        REMINDED: _("It still waits for you: %s"),
        ESCALATED: _("Nobody decided yet: %s"),
    }
    parts = [
        _("The flow “%(flow)s” asks: %(question)s") % {"flow": flow, "question": asked.question},
        *([asked.text] if asked.text else []),
        *(["\n".join(f"{name}: {value}" for name, value in asked.shown)] if asked.shown else []),
        _("Decide here: %s") % question_address(asked.id),
    ]
    if asked.until is not None:
        parts.append(_("It waits until %s (UTC).") % f"{asked.until:%Y-%m-%d %H:%M}")
    return Letter(to=[to], subject=subjects[stage] % asked.question, text="\n\n".join(parts) + "\n")


def _flow_name(run: Run) -> str:
    names = access().flow_names(frozenset({run.flow_id} if run.flow_id else ()))
    return next(iter(names.values()), _("a flow that was deleted"))
