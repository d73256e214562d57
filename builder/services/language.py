"""Which language a person reads: chosen once, and the same on every computer and in every mail."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

from builder.models import PersonLanguage

SESSION_KEY = "segue_language"


def choose_language(request: HttpRequest, language: str) -> None:
    """Remember it for this session, and for the person if somebody is signed in."""
    if language not in dict(settings.LANGUAGES):
        return
    request.session[SESSION_KEY] = language
    if isinstance(request.user, User):
        PersonLanguage.objects.update_or_create(user=request.user, defaults={"language": language})


def bring_language(request: HttpRequest, user: User) -> None:
    """Let a session that begins speak what the person chose before."""
    chosen = PersonLanguage.objects.filter(user=user).first()
    if chosen is not None:
        request.session[SESSION_KEY] = chosen.language


def languages_of(addresses: Iterable[str]) -> dict[str, str]:
    """Return the language of each mail address whose person chose one."""
    rows = PersonLanguage.objects.filter(user__email__in=list(addresses), user__is_active=True)
    return dict(rows.values_list("user__email", "language"))
