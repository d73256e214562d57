"""A person's own Python, once per item or once for the whole list."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.sdk import Context, Example, Item, Json, Kind, Mode, Node, NodeParams, Output, field


class Code(NodeParams):
    """The settings of a Code step."""

    code: str = field(
        Kind.CODE,
        label="Python",
        help=(
            "“item” is the item, “items” the list. Give the result by “return”, by the last line, "
            "or by a variable “result”. Without a result the items go on as they are."
        ),
        placeholder="return {**item, 'total': item['net'] * 1.19}",
        min_length=1,
        max_length=100_000,
    )
    limit_seconds: int = field(
        Kind.INTEGER,
        10,
        label="Seconds it may take",
        help="It is stopped after that. It may use 64 MB of memory, and neither files nor network.",
        advanced=True,
        ge=1,
        le=60,
        templates=False,
    )


class Python(Node):
    """Run Python of your own on each item, safely apart from everything else."""

    type, version = "code.python", 1
    name, category, icon = "Code", "Code", "code"
    keywords = ("python", "script", "program", "function", "transform")
    usable_as_tool = True

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
        result = await _run(params, ctx, {"item": item.json, "input": item.json})
        # Code that only looks at the item and prints lets it pass.
        return Output.items([item if result is None else Item(result, item.files)])


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
        result = await _run(params, ctx, {"items": items, "input": items})
        if result is None:
            return Output.items([Item(i.json, i.files, (n,)) for n, i in enumerate(ctx.items)])
        results = result if isinstance(result, list) else [result]
        return Output.items([Item(entry) for entry in results])


async def _run(params: Code, ctx: Context, variables: Mapping[str, Json]) -> Json:
    """Run it in the sandbox; what it prints becomes log lines."""
    result, printed = await ctx.sandbox.run_code(
        params.code, variables, timeout_seconds=params.limit_seconds
    )
    for line in printed:
        ctx.log.info(line)
    return result
