"""Answers whoever called the flow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from runtime.sdk import (
    BatchNode,
    Example,
    Item,
    Json,
    Kind,
    Mode,
    NodeParams,
    Output,
    Port,
    Respond,
    field,
)
from runtime.sdk.texts import Pair

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]*")


class RespondStep(BatchNode):
    """Answer the caller; the flow goes on afterwards."""

    type, version = "flow.respond", 1
    name, category, icon = "Respond", "Flow", "message-reply"
    keywords = ("answer", "reply", "return", "output", "webhook")
    summary = "status {status}"
    outputs = (Port("out"),)
    mode = Mode.ALL
    responds = True

    class Params(NodeParams):
        body: Json = field(
            Kind.JSON,
            "{{ input }}",
            label="Answer",
            help="Text, or data. Without a choice: all items that came here.",
        )
        status: int = field(Kind.INTEGER, 200, label="Status", ge=200, le=599, advanced=True)
        headers: tuple[Pair, ...] = field(Kind.KEY_VALUES, (), label="Headers", advanced=True)

    examples = (
        Example("Answer with the items", {}, input=[{"ok": True}], output={"out": [{"ok": True}]}),
    )

    def run_whole(self, params: Params, items: Sequence[Item]) -> Output:
        headers = {pair.name: pair.value for pair in params.headers if pair.name}
        answer = Respond(params.status, headers, params.body)
        passed = [Item(i.json, i.files, (n,)) for n, i in enumerate(items)]
        return Output({"out": passed}, respond=answer)

    @classmethod
    def check(cls, params: Any) -> Sequence[tuple[str, str]]:
        for pair in params.headers:
            if not _HEADER.fullmatch(pair.name):
                return [
                    ("headers", f"“{pair.name}” is no header name: use letters, digits and - only.")
                ]
            if pair.name.lower() == "set-cookie":
                return [
                    ("headers", "A flow cannot set cookies: they would reach Segue's own pages.")
                ]
        return ()
