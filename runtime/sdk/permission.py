"""Asking a person before something is done, as a step inside of another one."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.sdk.context import Context
from runtime.sdk.items import Json
from runtime.sdk.node import Effect, Node
from runtime.sdk.output import Output, Park, ParkKind, Resumed
from runtime.sdk.params import Kind, NodeParams, field


class Permission(Node):
    """Ask a person whether this may be done. Gives `{allowed, note}`."""

    type, version = "flow.permission", 1
    name, category = "Permission", "Flow"
    effect = Effect.READS
    waits = True
    asks = True

    class Params(NodeParams):
        question: str = field(Kind.TEXT, label="Question", templates=False)
        shown: dict[str, str] = field(
            Kind.JSON, default_factory=dict, label="Data to show", templates=False
        )
        who: str = field(Kind.TEXT, "operator", label="Who may decide")
        at_most: float = field(Kind.DURATION, 7 * 86_400, label="Wait at most")

    async def run(self, params: Params, ctx: Context) -> Output:
        asked: Json = {
            "question": params.question,
            "text": "",
            "shown": [{"name": name, "value": value} for name, value in params.shown.items()],
            "note": "optional",
            "who": params.who,
            "person": "",
        }
        return Output.wait(Park(ParkKind.APPROVAL, ctx.now + params.at_most, asked))

    async def resume(self, params: Params, ctx: Context, resumed: Resumed) -> Output:
        if resumed.expired:
            return Output.one({"allowed": False, "note": "Nobody decided in time."})
        said: Mapping[str, Json] = resumed.value if isinstance(resumed.value, dict) else {}
        return Output.one({"allowed": said.get("approved") is True, "note": said.get("note") or ""})

    @classmethod
    def calls_back(cls, params: Params) -> bool:
        return False  # a person who is signed in ends it, not a call
