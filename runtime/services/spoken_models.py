"""Chat flows that other programs ask as if they were models (in the form of OpenAI's service)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from runtime.models import Page, Run
from runtime.sdk import Json
from runtime.sdk.forms import LONGEST_TEXT
from runtime.services.chat_answer import words_of
from runtime.services.model_costs import took_of
from runtime.services.run_answer import wait_for_answer
from runtime.services.send_form import send_form
from runtime.services.starters import MACHINE, Starter

ROLES = {"system", "developer", "user", "assistant", "tool"}
# A program waits this long, as those that wait for models do.
PATIENCE_SECONDS = 280.0


class NotAskedError(Exception):
    """What was sent cannot be asked; the sentence says why, `param` names the part."""

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


@dataclass(frozen=True, slots=True)
class Said:
    """What a flow answered, and what models took for it. `why` is said where it did not."""

    text: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    why: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A talk as the program sent it: the last words, and what was said before."""

    text: str
    messages: Sequence[Json] = field(default_factory=list)


def models_in(workspaces: Collection[UUID]) -> list[Page]:
    """Return the chats that are offered as models there, switched on, by their addresses."""
    rows = Page.objects.filter(
        kind="chat", mode="live", live=True, workspace_id__in=list(workspaces)
    ).order_by("path")
    return [page for page in rows if json.loads(page.settings).get("as_model")]


def read_talk(messages: Json) -> Asked:
    """Return what is asked; raises NotAskedError."""
    if not isinstance(messages, list) or not messages:
        raise NotAskedError(_("“messages” has to be a list with at least one message."), "messages")
    talk: list[Json] = []
    for message in messages:
        role = message.get("role") if isinstance(message, dict) else None
        if not isinstance(message, dict) or role not in ROLES:
            raise NotAskedError(_("A message has a role and a content."), "messages")
        talk.append({"role": role, "content": _text_of(message.get("content"))})
    last: Json = talk[-1]
    if not isinstance(last, dict) or last["role"] != "user" or not str(last["content"]).strip():
        raise NotAskedError(
            _("The last message has to be the user's, with words in it."), "messages"
        )
    text = str(last["content"])
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise NotAskedError(_("This message is too long. Please write less."), "messages")
    return Asked(text, talk)


def ask_flow(
    page: Page,
    asked: Asked,
    *,
    person: str,
    session: str,
    once: str,
    by: Starter = MACHINE,
) -> UUID:
    """Return the run; raises what `send_form` raises."""
    message: dict[str, Json] = {
        "text": asked.text,
        "session": session or secrets.token_hex(16),
        "person": person,
        "messages": list(asked.messages),
    }
    return send_form(page, message, once=once or secrets.token_hex(16), by=by)


def said_by(run_id: UUID, seconds: float | None = None) -> Said:
    """Return what the flow answers, once it does or after so long."""
    ended = wait_for_answer(run_id, PATIENCE_SECONDS if seconds is None else seconds)
    if not ended.over:
        sentence = _("The flow is still at work, and goes on. Nobody waits for it any longer.")
        return Said(why=sentence, status=504)
    run = Run.objects.filter(id=run_id).only("id", "reason").first()
    if run is None or not ended.good:
        reason = run.reason if run is not None else ""
        return Said(why=reason or _("The flow did not succeed."), status=500)
    took = took_of(run)
    return Said(words_of(ended.answer), took.tokens_in, took.tokens_out)


def _text_of(content: Json) -> str:
    """The words of a message, be it a text or a list of parts; pictures are not taken."""
    if isinstance(content, str):
        return content
    if content is None:
        return ""
    parts = content if isinstance(content, list) else [content]
    texts: list[str] = []
    for part in parts:
        if not isinstance(part, dict) or not isinstance(part.get("text"), str):
            raise NotAskedError(_("Only text can be asked here, no pictures or files."), "messages")
        texts.append(str(part["text"]))
    return "\n".join(texts)
