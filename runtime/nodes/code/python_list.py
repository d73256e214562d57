"""A person's own Python, once for the whole list."""

from __future__ import annotations

from runtime.nodes.code._run import Code, run_code
from runtime.sdk import Context, Example, Item, Mode, Node, Output


class PythonList(Node):
    """Run Python of your own once, with the whole list of items."""

    type, version = "code.python_list", 1
    name, category, icon = "Code for the list", "Code", "braces"
    keywords = ("python", "script", "aggregate", "sort", "sum", "group")
    mode = Mode.ALL

    class Params(Code):
        """See `Code`."""

    examples = (
        Example(
            "One total of all items",
            {"code": "return {'total': sum([item['n'] for item in items])}"},
            input=[{"n": 1}, {"n": 2}],
            output={"out": [{"total": 3}]},
        ),
        Example(
            "A list becomes items",
            {"code": "return sorted([item['n'] for item in items])"},
            input=[{"n": 2}, {"n": 1}],
            output={"out": [1, 2]},
        ),
    )
    output_sample = {"total": 3}

    async def run(self, params: Params, ctx: Context) -> Output:
        items = [item.json for item in ctx.items]
        result = await run_code(params, ctx, {"items": items, "input": items})
        if result is None:
            return Output.items([Item(i.json, i.files, (n,)) for n, i in enumerate(ctx.items)])
        results = result if isinstance(result, list) else [result]
        return Output.items([Item(entry) for entry in results])
