"""A chat on a page of its own: each message starts the flow, its answer is shown below."""

import json
import re
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from builder.services.access import full_name, role_in
from builder.views.form import MOST_BYTES, PublicPage
from runtime.filing.limits import MEGABYTE, file_limits
from runtime.filing.shelf import NoRoomError
from runtime.models import Page
from runtime.sdk.forms import LONGEST_TEXT, MOST_FILES
from runtime.sdk.items import FileRef
from runtime.services.cancel_run import cancel_run
from runtime.services.chat_answer import Became, as_html, chat_answer
from runtime.services.files import keep_pieces
from runtime.services.hear_answer import hear_answer
from runtime.services.send_form import NotKeptError, TooManyError, send_form
from runtime.services.start_run import FlowBusyError
from runtime.services.starters import starter_of

_SALT = "segue.chat"
_SESSION = re.compile(r"[0-9a-f]{32}")


class _RefusedError(Exception):
    """A status and a sentence for whoever wrote."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class ChatBase(PublicPage):
    """Base: the page at the address, for those who may chat there."""

    kind = "chat"
    public = "whoever may chat there sees the answers to their own messages, and nothing else"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask who it is where the page is for members only; to strangers there is no page."""
        settings = json.loads(self.page(kwargs["path"]).settings)
        if settings.get("who") == "members":
            if not request.user.is_authenticated:
                return self.signed_out(request)
            if role_in(request.user, self.page(kwargs["path"]).workspace_id) is None:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def signed_out(self, request: HttpRequest) -> HttpResponseBase:
        """Answer somebody who is not signed in (any more)."""
        return JsonResponse(
            {"message": _("Please sign in again, then load this page.")}, status=401
        )

    def run_of(self, path: str, token: str) -> UUID:
        """Return the run that a message of this page started; the token says so."""
        try:
            of_page, run_id = signing.loads(token, salt=_SALT)
        except (signing.BadSignature, ValueError):
            raise Http404 from None
        if of_page != str(self.page(path).id):
            raise Http404
        return UUID(run_id)


@method_decorator(never_cache, name="dispatch")
class ChatView(ChatBase):
    http_method_names = ["get"]

    def get(self, request: HttpRequest, path: str) -> HttpResponse:
        """Show the page; the conversation itself is kept in the browser."""
        page = self.page(path)
        settings = json.loads(page.settings)
        context = {
            "title": settings.get("title") or page.flow_name,
            "welcome": as_html(settings.get("welcome") or _("Hello! Write your first message.")),
            "takes_files": bool(settings.get("files")),
            "most_mb": _file_cap(settings) // MEGABYTE,
            "longest": LONGEST_TEXT,
        }
        return self.shown(request, "builder/chat.html", context)

    def signed_out(self, request: HttpRequest) -> HttpResponseBase:
        """Send them to the sign-in, and back here."""
        return redirect_to_login(request.get_full_path())


@method_decorator(never_cache, name="dispatch")
class ChatSayView(ChatBase):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, path: str) -> HttpResponse:
        """Take a message; returns the token by which its answer is asked for."""
        page = self.page(path)
        try:
            run_id = self._said(request, page, json.loads(page.settings))
        except _RefusedError as refused:
            return JsonResponse({"message": refused.sentence}, status=refused.status)
        except TooManyError:
            sentence = _("Many people are writing at this moment. Please try again in a minute.")
            return JsonResponse({"message": sentence}, status=429)
        except (FlowBusyError, NotKeptError, NoRoomError):
            sentence = _("Your message could not be taken right now. Please send it again.")
            return JsonResponse({"message": sentence}, status=503)
        token = signing.dumps([str(page.id), str(run_id)], salt=_SALT)
        return JsonResponse({"token": token})

    def _said(self, request: HttpRequest, page: Page, settings: dict[str, Any]) -> UUID:
        takes_files = bool(settings.get("files"))
        most = MOST_BYTES + (file_limits().file if takes_files else 0)
        if int(request.META.get("CONTENT_LENGTH") or 0) > most:
            raise _RefusedError(413, _("This is more than can be taken. Please send less."))
        text = request.POST.get("text", "").replace("\r\n", "\n").strip()
        uploads = request.FILES.getlist("files") if takes_files else []
        session = request.POST.get("session", "")
        if not _SESSION.fullmatch(session) or "\x00" in text:
            raise _RefusedError(400, _("This message cannot be read. Please load the page again."))
        if not text and not uploads:
            raise _RefusedError(400, _("Please write something."))
        if len(text) > LONGEST_TEXT:
            raise _RefusedError(413, _("This message is too long. Please write less."))
        if len(uploads) > MOST_FILES:
            raise _RefusedError(413, _("These are too many files. Please choose fewer."))
        cap = _file_cap(settings)
        if any((one.size or 0) > cap for one in uploads):
            sentence = _("A file may have at most %(cap)s MB.") % {"cap": cap // MEGABYTE}
            raise _RefusedError(413, sentence)
        files: list[FileRef] = [
            keep_pieces(page.workspace_id, one.name or "", one.chunks(), cap) for one in uploads
        ]
        member = settings.get("who") == "members"
        message = {
            "text": text,
            "session": session,
            "person": full_name(request.user) if member else None,
        }
        return send_form(
            page,
            message,
            once=request.POST.get("once", ""),
            files=files,
            by=starter_of(request.user),
        )


@method_decorator(never_cache, name="dispatch")
class ChatAnswerView(ChatBase):
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, path: str, token: str) -> HttpResponse:
        """Return what became of a message."""
        answer = chat_answer(self.run_of(path, token))
        return JsonResponse({"became": answer.became, "html": answer.html})

    def post(self, request: HttpRequest, path: str, token: str) -> HttpResponse:
        """Stop working on it."""
        run_id = self.run_of(path, token)
        if chat_answer(run_id).became is Became.WORKING:
            cancel_run(run_id, by=_("whoever wrote in the chat"))
        return self.get(request, path, token)


@method_decorator(never_cache, name="dispatch")
class ChatWordsView(ChatBase):
    http_method_names = ["get"]

    def get(self, request: HttpRequest, path: str, token: str) -> StreamingHttpResponse:
        """Answer with the words of an answer as they come; whole it comes by `ChatAnswerView`."""
        events = hear_answer(self.run_of(path, token))
        response = StreamingHttpResponse(events, content_type="text/event-stream")
        response["X-Accel-Buffering"] = "no"
        return response


def _file_cap(settings: dict[str, Any]) -> int:
    """In bytes."""
    return min(int(settings.get("most_mb", 10)) * MEGABYTE, file_limits().file)
