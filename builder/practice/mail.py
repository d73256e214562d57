"""A mail catcher: keeps the last mails that flows “sent”, in a file, and sends none."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from builder.services.access import HEADER, roles_of

KEPT = 50
MAX_BYTES = 20_000
_FIELDS = ("to", "subject", "text")


@method_decorator(csrf_exempt, name="dispatch")
class MailView(LoginRequiredMixin, View):
    """`POST /practice/mail/` catches a mail, `GET` shows the last ones to people signed in."""

    public = "catches practice mails; only people signed in see them"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Flows post without signing in: they have no session, and nothing is sent."""
        if request.method == "POST":
            return self.post(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the page with the last mails of the person's workspaces, the newest first."""
        own = {str(workspace) for workspace in roles_of(request.user)}
        mails = [mail for mail in reversed(caught_mails()) if mail.get("workspace", "") in own]
        return render(request, "builder/practice_mail.html", {"mails": mails})

    def post(self, request: HttpRequest) -> JsonResponse:
        """Keep a mail; the same Idempotency-Key is kept once."""
        try:
            if int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
                raise ValueError
            sent = json.loads(request.body)
            mail = {name: _shown(sent.get(name)) for name in _FIELDS}
            # Anybody may write here, under any name; what flows send is read in their workspace.
            mail["workspace"] = request.headers.get(HEADER, "")[:36]
        except (ValueError, AttributeError, RecursionError):
            return JsonResponse({"message": _("Send JSON with to, subject and text.")}, status=400)
        if not mail["to"]:
            return JsonResponse({"message": _("The mail has no receiver (to).")}, status=400)
        _keep(mail, request.headers.get("Idempotency-Key", ""))
        return JsonResponse({"caught": True, "to": mail["to"]}, status=201)


def _shown(value: Any) -> str:
    """Text that can be shown: half a character in one mail would keep the page from opening."""
    return str(value or "")[:5_000].encode("utf-8", "replace").decode()


def caught_mails() -> list[dict[str, str]]:
    """Return the mails, the oldest first."""
    with _file() as path:
        return _read(path)


def _keep(mail: dict[str, str], key: str) -> None:
    with _file() as path:
        mails = _read(path)
        if key and any(
            old.get("key") == key and old.get("workspace") == mail["workspace"] for old in mails
        ):
            return
        at = datetime.now(UTC).isoformat(timespec="seconds")
        mails.append({**mail, "key": key[:200], "at": at})
        path.write_text(json.dumps(mails[-KEPT:]))


def _read(path: Path) -> list[dict[str, str]]:
    try:
        return list(json.loads(path.read_text()))
    except (OSError, ValueError):
        return []


@contextmanager
def _file() -> Iterator[Path]:
    """The file, held by one process at a time."""
    folder = Path(settings.DATA_DIR) / "practice"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "mail.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / "mail.json"
