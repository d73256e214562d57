"""What both Code steps share: their settings and the call to the sandbox."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.sdk import Context, Json, Kind, NodeParams, field


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


async def run_code(params: Code, ctx: Context, variables: Mapping[str, Json]) -> Json:
    """Run it in the sandbox; what it prints becomes log lines."""
    result, printed = await ctx.sandbox.run_code(
        params.code, variables, timeout_seconds=params.limit_seconds
    )
    for line in printed:
        ctx.log.info(line)
    return result
