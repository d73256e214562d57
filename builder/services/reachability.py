"""How others reach this Segue: judged from what a request shows, and checked by asking there."""

import http.client
import secrets
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

SALT, MOST_SECONDS, ANSWERS_WITHIN_SECONDS = "segue.reachable", 60, 5
PATH = "/reachable/"
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded")


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of one visit. `opened_at` and `given` are addresses without a slash at the end;
    `given` is SEGUE_PUBLIC_URL."""

    opened_at: str
    given: str = ""
    behind_proxy: bool = False
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is well, or what to do about it."""

    good: bool
    what: str
    do: str = ""


def situation_of(request: HttpRequest) -> Situation:
    """Read it from a request and the settings."""
    return Situation(
        opened_at=f"{request.scheme}://{request.get_host()}",
        given=settings.PUBLIC_URL if settings.PUBLIC_URL_GIVEN else "",
        behind_proxy=settings.BEHIND_PROXY,
        forwarded=any(name in request.headers for name in FORWARDED),
    )


def judge(seen: Situation) -> list[Finding]:
    """Say how things are, the most important first."""
    address = seen.given or seen.opened_at
    return [_who_reaches(address), _is_private(address), *_as_told(seen), *_proxy(seen)]


def _who_reaches(address: str) -> Finding:
    host = urlsplit(address).hostname or ""
    if _only_here(host):
        return Finding(
            False,
            _("Only this computer reaches Segue."),
            _(
                "For others in your network, start it with --host 0.0.0.0. For the internet, put a "
                "proxy with a certificate in front of it and set SEGUE_PUBLIC_URL to its address."
            ),
        )
    if _only_near(host):
        return Finding(
            True,
            _("Computers in your network reach Segue; the internet does not."),
            _(
                "Webhooks from services on the internet do not arrive. They need an address on the "
                "internet: a proxy or a tunnel, and SEGUE_PUBLIC_URL."
            ),
        )
    return Finding(True, _("Segue has an address of its own: %s") % host)


def _is_private(address: str) -> Finding:
    parts = urlsplit(address)
    if parts.scheme == "https":
        return Finding(True, _("The way is encrypted (HTTPS)."))
    if _only_here(parts.hostname or ""):
        return Finding(True, _("The way is not encrypted, and does not leave this computer."))
    return Finding(
        False,
        _("The way is not encrypted: passwords can be read on it."),
        _("Put a proxy with a certificate in front of Segue; see below."),
    )


def _as_told(seen: Situation) -> list[Finding]:
    if not seen.given:
        if _only_here(urlsplit(seen.opened_at).hostname or ""):
            return []
        return [
            Finding(
                False,
                _("Links show the address a page was opened at; mails cannot know it."),
                _("Set SEGUE_PUBLIC_URL to the address that others use, then start Segue again."),
            )
        ]
    if seen.given == seen.opened_at:
        return [Finding(True, _("You came by the address that links show."))]
    return [
        Finding(
            False,
            _("Links show %(given)s, and you came by %(opened)s.")
            % {"given": seen.given, "opened": seen.opened_at},
            _("Open Segue at the first one. If that does not work, correct SEGUE_PUBLIC_URL."),
        )
    ]


def _proxy(seen: Situation) -> list[Finding]:
    if seen.forwarded and not seen.behind_proxy:
        return [
            Finding(
                False,
                _("A proxy stands in front of Segue, and Segue was not told."),
                _(
                    "Set SEGUE_BEHIND_PROXY=1. Until then all callers seem to come from the proxy, "
                    "and every connection seems not to be encrypted."
                ),
            )
        ]
    if seen.behind_proxy and not seen.forwarded:
        return [
            Finding(
                False,
                _("SEGUE_BEHIND_PROXY is set, and this request came without a proxy."),
                _(
                    "Let nobody reach Segue past the proxy: they could claim any address. Or let "
                    "the proxy send X-Forwarded-For and X-Forwarded-Proto; see below."
                ),
            )
        ]
    return []


def check_address(address: str) -> Finding:
    """Ask at the address whether it leads here; takes at most some seconds."""
    asked = signing.dumps(secrets.token_urlsafe(8), salt=SALT)
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = kind(parts.hostname or "", parts.port, timeout=ANSWERS_WITHIN_SECONDS)
    try:
        line.request("GET", f"{parts.path}{PATH}{asked}/", headers={"Accept": "text/plain"})
        answer = line.getresponse()
        said = answer.read(1000).decode(errors="replace")
    except ssl.SSLCertVerificationError:
        return Finding(
            False,
            _("%s has no valid certificate.") % address,
            _("Others are warned, and most services refuse to call. Look at the proxy's."),
        )
    except (OSError, http.client.HTTPException, ValueError):
        return Finding(
            False,
            _("Nothing answered at %s when Segue called it from here.") % address,
            _(
                "Look whether the proxy runs and the name leads to it. Some networks let nobody "
                "reach their own outer address from inside: then try it with a telephone."
            ),
        )
    finally:
        line.close()
    if answer.status == 200 and said == answer_for(asked):
        return Finding(True, _("%s answers, and leads here.") % address)
    return Finding(
        False,
        _("Something else answers at %(address)s (status %(status)d).")
        % {"address": address, "status": answer.status},
        _("Look where the proxy sends what it gets, and whether it passes the host's name on."),
    )


def answer_for(asked: str) -> str | None:
    """Return what only this Segue can answer; None for a question it did not ask just now."""
    try:
        value = signing.loads(asked, salt=SALT, max_age=MOST_SECONDS)
    except signing.BadSignature:
        return None
    return signing.Signer(salt=f"{SALT}.answer").signature(str(value))


def _only_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _only_near(host: str) -> bool:
    """Whether only a network of its own leads there: private addresses, and names without a dot."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan", ".home.arpa"))
