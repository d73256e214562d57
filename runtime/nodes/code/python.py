"""A person's own Python, once per item."""

from __future__ import annotations

from runtime.nodes.code._run import Code, run_code
from runtime.sdk import Context, Example, Item, Node, Output


class Python(Node):
    """Run Python of your own on each item, safely apart from everything else."""

    type, version = "code.python", 1
    name, category, icon = "Code", "Code", "code"
    keywords = ("python", "script", "program", "function", "transform")

    class Params(Code):
        """See `Code`."""

    examples = (
        Example(
            "Compute a field",
            {"code": "return {**item, 'gross': round(item['net'] * 1.19, 2)}"},
            input=[{"net": 100}],
            output={"out": [{"net": 100, "gross": 119.0}]},
        ),
        Example(
            "The last line is the result",
            {"code": "words = item['text'].split()\nlen(words)"},
            input=[{"text": "one two three"}],
            output={"out": [3]},
        ),
    )
    output_sample = {"net": 100, "gross": 119.0}

    async def run(self, params: Params, ctx: Context) -> Output:
        item = ctx.item
        result = await run_code(params, ctx, {"item": item.json, "input": item.json})
        # Code that only looks at the item and prints lets it pass.
        return Output.items([item if result is None else Item(result, item.files)])
