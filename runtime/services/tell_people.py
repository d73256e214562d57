"""Tells people by mail that a flow failed, or was not started: each flow now and then at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode
from uuid import UUID

import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from runtime.services.access import access
from runtime.services.post_mail import Letter, MailNotSentError, post_mail
from runtime.services.spoken import spoken
from runtime.store.alerts import (
    Alert,
    Failures,
    due_alerts,
    failures_of,
    note_problem,
    note_told,
)
from runtime.store.dialect import Connection

log = structlog.get_logger(__name__)
PAUSE_SECONDS = 900.0
# Ends are committed a little later than they are dated; a worker that takes longer is dead.
SETTLED_SECONDS = 15.0
STREAK_FROM = 3

Post = Callable[[UUID, Letter, str, UUID | None], None]


def tell_people(db: Connection, *, settled: float = SETTLED_SECONDS, post: Post = post_mail) -> int:
    """Send what is due; returns how many mails went out.

    Written down after the mail: who is killed in between sends it once more, under the same
    Message-ID.
    """
    now = db.now()
    sent = 0
    for alert in due_alerts(db, now - PAUSE_SECONDS):
        failures = failures_of(db, alert, now - settled)
        if failures is None and not alert.missed:
            continue
        try:
            for language, letter in letters(alert, _name(alert.flow_id), failures):
                post(alert.workspace_id, letter, _key(alert, language), alert.credential_id)
        except MailNotSentError as error:
            log.warning("alert.not_sent", flow=str(alert.flow_id), error=str(error))
            note_problem(db, alert, now, str(error))
        else:
            note_told(db, alert, now, now - settled)
            sent += 1
    return sent


def letters(alert: Alert, name: str, failures: Failures | None) -> list[tuple[str, Letter]]:
    """The mails, one for each language that those who are told read."""
    chosen = access().languages_of(alert.recipients)
    spoken_by: dict[str, list[str]] = {}
    for address in alert.recipients:
        spoken_by.setdefault(chosen.get(address, settings.LANGUAGE_CODE), []).append(address)
    made = []
    for language, people in spoken_by.items():
        with override(language):
            made.append((language, compose(alert, name, failures, people)))
    return made


def compose(alert: Alert, name: str, failures: Failures | None, to: Sequence[str]) -> Letter:
    """The mail: what happened, where to look, how often."""
    base = str(settings.PUBLIC_URL)
    parts = _of_failures(f"{base}/flows/{alert.flow_id}", failures) if failures else []
    if alert.missed:
        parts.append(_("It was not started by the clock: %s") % spoken(alert.missed))
    parts.append(
        _("To change or stop these mails: %s")
        % f"{base}/admin/builder/flow/{alert.flow_id}/change/#tell"
    )
    return Letter(to=list(to), subject=_subject(name, failures), text="\n\n".join(parts) + "\n")


def _subject(name: str, failures: Failures | None) -> str:
    if failures is None:
        return _("“%s” was not started") % name
    if failures.count == 1:
        return _("“%s” failed") % name
    return _("“%(name)s” failed %(count)d times") % {"name": name, "count": failures.count}


def _of_failures(flow_url: str, failures: Failures) -> list[str]:
    where = f"{failures.step}: " if failures.step else ""
    parts = [
        f"{where}{spoken(failures.message)}",
        _("See what happened: %s") % _address(flow_url, failures),
    ]
    if failures.count > 1:
        parts.append(
            ngettext(
                "%(count)d run failed since the last mail; the link shows the latest.",
                "%(count)d runs failed since the last mail; the link shows the latest.",
                failures.count,
            )
            % {"count": failures.count}
        )
    if failures.streak >= STREAK_FROM:
        parts.append(_("The last %d runs failed one after the other.") % failures.streak)
    parts.append(_("You get one such mail in %d minutes at most.") % round(PAUSE_SECONDS / 60))
    return parts


def _address(flow_url: str, failures: Failures) -> str:
    """The run on the canvas, with the failed step open."""
    run = f"{flow_url}/runs/{failures.last_run}/"
    return f"{run}?{urlencode({'step': failures.step_key})}" if failures.step_key else run


def _name(flow_id: UUID) -> str:
    return access().flow_names(frozenset({flow_id})).get(flow_id, str(flow_id))


def _key(alert: Alert, language: str) -> str:
    """The same for the same news in the same language."""
    return f"alert/{alert.flow_id}/{alert.seen_until}/{alert.missed}/{language}"
