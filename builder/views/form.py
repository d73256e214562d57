"""A form on a page of its own: whoever knows the address may fill it in, without signing in."""

from __future__ import annotations

import json
import secrets
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from builder.middleware.content_security import HEADER, public_policy
from runtime.filing.limits import MEGABYTE, file_limits
from runtime.filing.shelf import NoRoomError
from runtime.models import Page
from runtime.sdk.forms import (
    LONGEST_LINE,
    LONGEST_TEXT,
    FormField,
    SentFile,
    Wrong,
    name_of,
    read_answers,
)
from runtime.sdk.items import FileRef
from runtime.sdk.media import HEAD_BYTES
from runtime.services.files import keep_pieces
from runtime.services.pages import find_page
from runtime.services.send_form import Ended, NotKeptError, TooManyError, ended, send_form
from runtime.services.start_run import FlowBusyError
from runtime.services.starters import starter_of

KIND = "form"
MOST_BYTES = 500_000  # without files
ONCE = "-once"  # no question has such a name
_SALT = "segue.form_sent"

WORDS = {
    Wrong.MISSING: gettext_lazy("Please answer this."),
    Wrong.LONG: gettext_lazy("This is too long."),
    Wrong.NUMBER: gettext_lazy("Please write a number."),
    Wrong.CHOICE: gettext_lazy("Please choose one of these."),
    Wrong.DATE: gettext_lazy("Please write a date like 2030-01-31."),
    Wrong.LARGE: gettext_lazy("This file is too large: at most %(cap)s MB."),
    Wrong.KIND: gettext_lazy("Files of this kind are not taken here. Please choose another one."),
    Wrong.EMPTY: gettext_lazy("This file is empty. Please choose another one."),
    Wrong.MANY: gettext_lazy("These are too many files. Please choose fewer."),
    Wrong.JSON: gettext_lazy("This is not written as data should be. Look for a missing quote."),
    Wrong.EMAIL: gettext_lazy("Please write an e-mail address like ada@example.org."),
}
INPUTS = {"number": "text", "date": "date", "email": "email"}  # of the others: text


class PublicPage(View):
    """Base: the page at the address, or kind words; nothing but what its author wrote."""

    kind = KIND
    public = "whoever knows the address may fill in the form; nothing of the flow is shown"
    mode = "live"

    def page(self, path: str) -> Page:
        """Return the page; one of a flow that is switched off counts as none."""
        found = find_page(self.kind, self.mode, path)
        if found is None or not found.live:
            raise Http404
        return found

    def shown(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        """Return a page under the strict policy."""
        context = {**context, "test": self.mode == "test"}
        response = render(request, template, context, status=status)
        response[HEADER] = public_policy()
        return response


@method_decorator(never_cache, name="dispatch")
class FormView(PublicPage):
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, path: str) -> HttpResponse:
        """Show the empty form."""
        return self._form(request, self.page(path), {}, {})

    def post(self, request: HttpRequest, path: str) -> HttpResponse:
        """Take the answers, or say what is wrong with them; nothing written is lost."""
        page = self.page(path)
        fields = _fields(page)
        asks_files = any(asked.kind == "file" for asked in fields)
        most = MOST_BYTES + (file_limits().file if asks_files else 0)
        if int(request.META.get("CONTENT_LENGTH") or 0) > most:
            note = _("This is more than the form can take. Please send less.")
            return self._form(request, page, {}, {}, note, 413)
        sent = {name: str(value) for name, value in request.POST.items()}
        asked = [name_of(field) for field in fields if field.kind == "file"]
        uploads = {name: request.FILES.getlist(name) for name in asked}
        files = {name: [_seen(one) for one in many] for name, many in uploads.items()}
        answers, wrong = read_answers(fields, sent, files)
        if wrong:
            note = _("Something is not right yet. Please look at the marked answers.")
            if any(uploads.values()):
                note += " " + _("Please choose the files again, too.")
            return self._form(request, page, sent, wrong, note, 400)
        try:
            kept = _kept(page, [one for many in uploads.values() for one in many])
            run_id = send_form(
                page, answers, once=sent.get(ONCE, ""), files=kept, by=starter_of(request.user)
            )
        except TooManyError:
            note = _("Many people are writing at this moment. Please send it again in a minute.")
            return self._form(request, page, sent, {}, note, 429)
        except (FlowBusyError, NotKeptError, NoRoomError):
            note = _(
                "Your answers could not be kept right now. Please send them again in a moment."
            )
            return self._form(request, page, sent, {}, note, 503)
        token = signing.dumps([str(page.id), str(run_id)], salt=_SALT)
        name = "form-test-sent" if self.mode == "test" else "form-sent"
        return redirect(reverse(name, args=[path, token]))

    def _form(
        self,
        request: HttpRequest,
        page: Page,
        sent: dict[str, str],
        wrong: dict[str, Wrong],
        note: str = "",
        status: int = 200,
    ) -> HttpResponse:
        settings = json.loads(page.settings)
        context = {
            "title": settings.get("title") or page.flow_name,
            "text": settings.get("text", ""),
            "button": settings.get("button") or _("Send"),
            "fields": [_shown(asked, sent, wrong) for asked in _fields(page)],
            "once": sent.get(ONCE) or secrets.token_urlsafe(16),
            "asks_files": any(asked.kind == "file" for asked in _fields(page)),
            "asks_more": any(asked.required for asked in _fields(page)),
            "note": note,
        }
        return self.shown(request, "builder/form.html", context, status)


@method_decorator(never_cache, name="dispatch")
class FormSentView(PublicPage):
    http_method_names = ["get"]

    def get(self, request: HttpRequest, path: str, token: str) -> HttpResponse:
        """Thank, or show what the flow answers once it does."""
        page = self.page(path)
        try:
            of_page, run_id = signing.loads(token, salt=_SALT)
        except (signing.BadSignature, ValueError):
            raise Http404 from None
        if of_page != str(page.id):
            raise Http404
        settings = json.loads(page.settings)
        asked = settings.get("answer") == "result"
        done = ended(UUID(run_id)) if asked else Ended(over=True, good=True)
        context = {
            "title": settings.get("title") or page.flow_name,
            "thanks": settings.get("thanks") or _("Thank you. We have got your answers."),
            "shows_result": asked,
            "done": done,
            "rows": _rows(done.answer),
        }
        return self.shown(request, "builder/form_sent.html", context)


def _fields(page: Page) -> list[FormField]:
    rows = json.loads(page.settings).get("fields") or []
    return [FormField.model_validate(row) for row in rows]


def _shown(asked: FormField, sent: dict[str, str], wrong: dict[str, Wrong]) -> dict[str, Any]:
    name = name_of(asked)
    problem = wrong.get(name)
    return {
        "name": name,
        "label": asked.label,
        "kind": asked.kind,
        "input": INPUTS.get(asked.kind, "text"),
        "longest": LONGEST_TEXT if asked.kind == "long" else LONGEST_LINE,
        "choices": asked.choices,
        "many": asked.many,
        "accept": ",".join(_accept(one) for one in asked.types),
        "cap": _cap(asked),
        "required": asked.required,
        "help": asked.help,
        "value": sent.get(name, ""),
        "problem": WORDS[problem] % {"cap": asked.most_mb} if problem else "",
        "described": " ".join(
            f"{name}-{part}"
            for part, there in (("cap", _cap(asked)), ("help", asked.help), ("problem", problem))
            if there
        ),
    }


def _seen(upload: UploadedFile[Any]) -> SentFile:
    head = upload.read(HEAD_BYTES)
    upload.seek(0)
    return SentFile(upload.name or "", upload.size or 0, head)


def _kept(page: Page, uploads: list[UploadedFile[Any]]) -> list[FileRef]:
    """Store the files; raises NoRoomError."""
    limit = file_limits().file
    return [keep_pieces(page.workspace_id, one.name or "", one.chunks(), limit) for one in uploads]


def _accept(wanted: str) -> str:
    """As browsers want it: a kind as it is, an ending with its dot."""
    asked = wanted.strip()
    return asked if "/" in asked or asked.startswith(".") else f".{asked}"


def _cap(asked: FormField) -> str:
    if asked.kind != "file":
        return ""
    most = min(asked.most_mb, file_limits().file // MEGABYTE)
    if asked.types:
        kinds = ", ".join(one.strip().lstrip(".") for one in asked.types)
        return _("At most %(most)s MB each; %(kinds)s.") % {"most": most, "kinds": kinds}
    return _("At most %(most)s MB each.") % {"most": most}


def _rows(answer: Any) -> list[tuple[str, str]]:
    """Return an answer of names and values as rows; other answers are shown as text."""
    if not isinstance(answer, dict):
        return []
    return [(str(name), _as_text(value)) for name, value in answer.items()]


def _as_text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
