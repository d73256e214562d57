"""`/v1/…`: chat flows for programs that speak to models in the form of OpenAI's service."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from runtime.api.programs import ProgramView
from runtime.models import Page
from runtime.services.access import access
from runtime.services.events import PING
from runtime.services.hear_model import hear_model
from runtime.services.send_form import NotKeptError, TooManyError
from runtime.services.spoken_models import (
    NotAskedError,
    Said,
    ask_flow,
    models_in,
    read_talk,
    said_by,
)
from runtime.services.start_run import FlowBusyError
from runtime.services.starters import starter_of

_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "invalid_request_error",
    429: "rate_limit_error",
}


class OpenAiView(ProgramView):
    """Base: every refusal in the shape those programs read."""

    def handle_exception(self, exc: Exception) -> Response:
        """Say it in their shape."""
        response = super().handle_exception(exc)
        data = response.data if isinstance(response.data, dict) else {}
        response.data = _error(response.status_code, str(data.get("message", "")))
        return response

    def models(self) -> list[Page]:
        """Return the chats this person may ask."""
        if not self.request.user.is_authenticated:
            raise NotAuthenticated
        found = models_in(access().workspaces_of(self.request.user))
        wanted = self.permissions[self.request.method or ""]
        return [page for page in found if self.request.user.has_perm(wanted, page)]


class ModelsView(OpenAiView):
    permissions = {"GET": "builder.run_flow"}

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """List them."""
        data = [
            {"id": page.path, "object": "model", "created": 0, "owned_by": page.flow_name}
            for page in self.models()
        ]
        return Response({"object": "list", "data": data})


class CompletionsView(OpenAiView):
    permissions = {"POST": "builder.run_flow"}

    @extend_schema(exclude=True)
    def post(self, request: Request) -> HttpResponseBase:
        """Ask a flow, and wait for what it answers."""
        body: Any = request.data
        try:
            page, run_id = self._asked(request, body if isinstance(body, dict) else {})
        except NotAskedError as error:
            return Response(_error(400, str(error), error.param), status=400)
        except TooManyError:
            return _later(429, _("This flow is asked too often right now. Try again in a minute."))
        except FlowBusyError:
            return _later(429, _("This flow takes no more runs while others are under way."))
        except NotKeptError:
            return _later(503, _("Nothing could be kept right now. Try again in a moment."))
        if body.get("stream") is True:
            return _streamed(page.path, run_id, body.get("stream_options"))
        said = said_by(run_id)
        refused = _error(said.status, said.why) if said.why else None
        answer = refused or _completion(page.path, run_id, said)
        return Response(answer, status=said.status, headers={"Segue-Run": str(run_id)})

    def _asked(self, request: Request, body: dict[str, Any]) -> tuple[Page, UUID]:
        model = body.get("model")
        page = next((page for page in self.models() if page.path == model), None)
        if page is None:
            raise Http404
        asked = read_talk(body.get("messages"))
        metadata = body.get("metadata")
        session = metadata.get("session") if isinstance(metadata, dict) else None
        run_id = ask_flow(
            page,
            asked,
            person=_name_of(request.user),
            session=session[:100] if isinstance(session, str) else "",
            once=request.headers.get("idempotency-key", "")[:100],
            by=starter_of(request.user),
        )
        return page, run_id


def _name_of(user: AbstractBaseUser | AnonymousUser) -> str:
    return (user.get_full_name() if isinstance(user, User) else "") or user.get_username()


def _streamed(model: str, run_id: UUID, options: Any) -> StreamingHttpResponse:
    wants_usage = isinstance(options, dict) and options.get("include_usage") is True
    response = StreamingHttpResponse(
        _events(model, run_id, wants_usage=wants_usage), content_type="text/event-stream"
    )
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    response["Segue-Run"] = str(run_id)
    return response


async def _events(model: str, run_id: UUID, *, wants_usage: bool) -> AsyncIterator[bytes]:
    yield _event(_chunk(model, run_id, {"role": "assistant", "content": ""}))
    async for piece in hear_model(run_id):
        if isinstance(piece, str):
            yield _event(_chunk(model, run_id, {"content": piece})) if piece else PING
            continue
        if piece.why:
            yield _event(_error(piece.status, piece.why))
        else:
            yield _event(_chunk(model, run_id, {}, "stop"))
        if wants_usage:
            yield _event({**_head(model, run_id, "chunk"), "choices": [], "usage": _usage(piece)})
    yield b"data: [DONE]\n\n"


def _event(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


def _head(model: str, run_id: UUID, kind: str = "") -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{run_id.hex}",
        "object": f"chat.completion{'.' if kind else ''}{kind}",
        "created": int(time.time()),
        "model": model,
    }


def _chunk(
    model: str, run_id: UUID, delta: dict[str, Any], reason: str | None = None
) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return {**_head(model, run_id, "chunk"), "choices": [choice]}


def _completion(model: str, run_id: UUID, said: Said) -> dict[str, Any]:
    message = {"role": "assistant", "content": said.text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {**_head(model, run_id), "choices": [choice], "usage": _usage(said)}


def _usage(said: Said) -> dict[str, int]:
    return {
        "prompt_tokens": said.tokens_in,
        "completion_tokens": said.tokens_out,
        "total_tokens": said.tokens_in + said.tokens_out,
    }


def _later(status: int, message: str) -> Response:
    return Response(_error(status, message), status=status, headers={"Retry-After": "30"})


def _error(status: int, message: str, param: str | None = None) -> dict[str, Any]:
    kind = _KINDS.get(status, "server_error" if status >= 500 else "invalid_request_error")
    code = "model_not_found" if status == 404 else None
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
