"""Answers whoever called the flow."""

from __future__ import annotations

from runtime.sdk import (
    Context,
    Example,
    Json,
    Kind,
    Mode,
    Node,
    NodeParams,
    Output,
    Port,
    Respond,
    field,
)
from runtime.sdk.texts import Pair


class RespondStep(Node):
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

    async def run(self, params: Params, ctx: Context) -> Output:
        headers = {pair.name: pair.value for pair in params.headers if pair.name}
        answer = Respond(params.status, headers, params.body)
        passed = [type(i)(i.json, i.files, (n,)) for n, i in enumerate(ctx.items)]
        return Output({"out": passed}, respond=answer)
