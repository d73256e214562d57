"""What became of a message on a chat page: the flow's answer as safe HTML, or how it ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import nh3
from markdown_it import MarkdownIt

from runtime.models import Run, RunStatus
from runtime.services.send_form import ended

MOST_CHARACTERS = 100_000
# Where a flow answers with several fields, the words for a person are in one of these.
_SPOKEN = ("text", "answer", "reply", "message", "output", "content")
# No pictures: their addresses would tell others who reads what.
_TAGS = nh3.ALLOWED_TAGS - {"img"}


class Became(StrEnum):
    WORKING = "working"
    ANSWERED = "answered"
    FAILED = "failed"
    STOPPED = "stopped"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """`html` is safe to be put into a page as it is."""

    became: Became
    html: str = ""


def chat_answer(run_id: UUID) -> ChatAnswer:
    """Return what the run has answered so far."""
    run = Run.objects.filter(id=run_id).only("status", "response").first()
    if run is None:
        return ChatAnswer(Became.GONE)
    if run.status == RunStatus.CANCELLED and not run.response:
        return ChatAnswer(Became.STOPPED)
    found = ended(run_id)
    if not found.over:
        return ChatAnswer(Became.WORKING)
    if not found.good:
        return ChatAnswer(Became.FAILED)
    return ChatAnswer(Became.ANSWERED, as_html(words_of(found.answer)))


def words_of(answer: Any) -> str:
    """Return what is said to a person: a text, the field that holds it, else the data itself."""
    if isinstance(answer, list) and len(answer) == 1:
        answer = answer[0]
    if isinstance(answer, dict):
        if set(answer) <= {"json", "files"} and "json" in answer:
            return words_of(answer["json"])
        spoken = (answer[name] for name in _SPOKEN if isinstance(answer.get(name), str))
        answer = next(spoken, answer)
    if answer is None:
        return ""
    if isinstance(answer, str):
        return answer[:MOST_CHARACTERS]
    text = json.dumps(answer, ensure_ascii=False, indent=2)[:MOST_CHARACTERS]
    return "````json\n" + text.replace("````", "'''") + "\n````"


def as_html(text: str) -> str:
    """Return Markdown as HTML; tags in the text are shown as text, and what is left is cleaned."""
    text = text.encode("utf-8", "replace").decode()  # half characters are no text
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True})
    reader.enable(["table", "strikethrough"])
    try:
        made = reader.render(text)
    except RecursionError:
        made = f"<p>{nh3.clean_text(text)}</p>"
    return nh3.clean(made, tags=_TAGS, link_rel="noopener noreferrer nofollow").strip()
