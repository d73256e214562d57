"""Works a calculation out: exact, where a model would guess."""

from __future__ import annotations

import re

from runtime.sdk import (
    Context,
    ErrorClass,
    Example,
    Item,
    Kind,
    Node,
    NodeError,
    NodeParams,
    Output,
    field,
)
from runtime.sdk.texts import Text

_FUNCTIONS = ("abs", "max", "min", "pow", "round", "sum")
_ALLOWED = re.compile(rf"(?:[\d\s.,+\-*/%()\[\]]|\de[+-]?\d|\b(?:{'|'.join(_FUNCTIONS)})\b)+", re.I)
# As people and models write them.
_SIGNS = str.maketrans({"\u00d7": "*", "\u00b7": "*", "\u00f7": "/", "\u2212": "-", "^": "**"})


class Calculate(Node):
    """Work out a calculation, such as 17 * 23 or round(99 * 1.19, 2)."""

    type, version = "data.calculate", 1
    name, category, icon = "Calculate", "Data", "calculator"
    keywords = ("calculator", "math", "arithmetic", "sum", "number", "compute", "tool")
    summary = "{calculation}"
    usable_as_tool = True

    class Params(NodeParams):
        calculation: Text = field(
            Kind.TEXT,
            label="Calculation",
            help="Numbers, + - * / % ( ), and the functions abs, max, min, pow, round and sum.",
            placeholder="{{ input.price }} * 1.19",
            min_length=1,
            max_length=1_000,
        )

    examples = (
        Example(
            "Multiply",
            {"calculation": "17 * 23"},
            input=[{"id": 1}],
            output={"out": [{"id": 1, "result": 391}]},
        ),
        Example(
            "Round a price",
            {"calculation": "round({{ input.net }} * 1.19, 2)"},
            input=[{"net": 99}],
            output={"out": [{"net": 99, "result": 117.81}]},
        ),
    )
    output_sample = {"result": 391}

    async def run(self, params: Params, ctx: Context) -> Output:
        text = params.calculation.translate(_SIGNS).strip().rstrip("=").strip()
        if not _ALLOWED.fullmatch(text):
            raise _wrong("there is something in it that is neither a number nor a sign")
        try:
            value, _ = await ctx.sandbox.run_code(f"return ({text})", {}, timeout_seconds=5)
        except NodeError as error:
            raise _wrong(error.message) from None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong("it does not give a number")
        kept = ctx.item.json if isinstance(ctx.item.json, dict) else {}
        return Output.items([Item({**kept, "result": value}, ctx.item.files)])


def _wrong(why: str) -> NodeError:
    return NodeError(
        f"This cannot be worked out: {why}",
        error_class=ErrorClass.INPUT,
        retryable=False,
        fix="Write it with numbers, + - * / % ( ) and abs, max, min, pow, round or sum.",
        field="calculation",
    )
