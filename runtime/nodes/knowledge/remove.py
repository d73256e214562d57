"""Takes documents out of a collection."""

from __future__ import annotations

from runtime.sdk import (
    Context,
    Effect,
    Example,
    Kind,
    Node,
    NodeParams,
    OnUnknown,
    Output,
    Policy,
    Retry,
    field,
)
from runtime.sdk.texts import Text


class RemoveFromKnowledge(Node):
    """Take a document out of a collection: nobody finds it any more."""

    type, version = "knowledge.remove", 1
    name, category, icon = "Remove from knowledge", "AI", "book-off"
    keywords = ("delete", "forget", "document", "knowledge base", "vector")
    summary = "{key} ← {collection}"
    effect = Effect.EXTERNAL
    default_policy = Policy(retry=Retry.network(), timeout_seconds=60, on_unknown=OnUnknown.RETRY)

    class Params(NodeParams):
        collection: str = field(
            Kind.COLLECTION, label="Collection", placeholder="Handbook", min_length=1
        )
        key: Text = field(
            Kind.TEXT,
            label="Document",
            help="What tells it from others: the key, address or title it was put in by.",
            placeholder="{{ input.name }}",
            min_length=1,
        )

    examples = (
        Example("A page that is gone", {"collection": "Handbook", "key": "{{ input.name }}"}),
    )
    output_sample = {"collection": "Handbook", "key": "returns.md", "removed": True}

    async def run(self, params: Params, ctx: Context) -> Output:
        key = params.key.strip()
        removed = await ctx.knowledge.remove(params.collection, key)
        return Output.one({"collection": params.collection.strip(), "key": key, "removed": removed})
