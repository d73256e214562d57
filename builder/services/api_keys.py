"""API keys: made with a name, held to what they may take."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case, F, Q, Sum, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken

from builder.models import ApiKey
from builder.services.audit import record
from builder.services.refusals import NotPossibleError
from runtime.models import ModelCall
from runtime.services.model_costs import BILLION, money
from runtime.services.notices import Person


def make_api_key(
    user: User,
    name: str,
    *,
    calls_a_day: int | None = None,
    money_a_month: Decimal | None = None,
    actor: Person | None,
) -> str:
    """Return the key itself, which is shown only this once; raises NotPossibleError."""
    tidy = name.strip()[:150]
    if not tidy:
        raise NotPossibleError(_("Give the key a name, so that one can tell who uses it."))
    if ApiKey.objects.filter(user_id=user.pk, name=tidy).exists():
        raise NotPossibleError(_("There is a key called “%s” already. Choose another name.") % tidy)
    with transaction.atomic():
        token, text = AuthToken.objects.create(user)
        ApiKey.objects.create(
            token=token,
            user_id=user.pk,
            name=tidy,
            calls_a_day=calls_a_day,
            money_a_month=None if money_a_month is None else int(money_a_month * BILLION),
        )
        record("token_made", actor=actor, details={"name": tidy})
    return str(text)


def name_of_key(token: Any) -> str:
    """Return what a key is called; one without a name by how it begins."""
    found = ApiKey.objects.filter(token=token).values_list("name", flat=True).first()
    return found or f"{str(token.token_key)[:8]}…"


def use_api_key(token: Any) -> str | None:
    """Count one call of a key; return why it may not be made, or None where it may."""
    key = ApiKey.objects.filter(token=token).first()
    if key is None:
        return None
    now = timezone.now().astimezone(UTC)
    if key.money_a_month is not None and _spent(key, now) >= key.money_a_month:
        words = _("The key “%(name)s” has used up its %(money)s of this month.")
        return words % {"name": key.name, "money": money(key.money_a_month)}
    today = now.date()
    free = Q(calls_a_day=None) | ~Q(used_on=today) | Q(used_on=None) | Q(used__lt=F("calls_a_day"))
    counted = Case(When(used_on=today, then=F("used") + 1), default=Value(1))
    if (
        ApiKey.objects.filter(free, id=key.id)
        .exclude(calls_a_day=0)
        .update(used=counted, used_on=today)
    ):
        return None
    words = _("The key “%(name)s” has used up its %(calls)d calls of this day (UTC).")
    return words % {"name": key.name, "calls": key.calls_a_day or 0}


def _spent(key: ApiKey, now: datetime) -> int:
    """Return what calls of models took this month, in billionths; of those under way the most."""
    since = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = ModelCall.objects.filter(
        started_by=key.user_id, started_key=key.name, asked_at__gte=since
    )
    return int(rows.aggregate(paid=Sum("cost"))["paid"] or 0)
