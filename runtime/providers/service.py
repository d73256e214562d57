"""Services beside chat that speak as OpenAI's do: sounds and pictures, over a connection."""

from __future__ import annotations

from runtime.sdk import Context, HttpReply, Kind, NodeParams, field
from runtime.sdk.statuses import refuse_bad_status

LONGEST_SECONDS = 86_400.0  # the step's own time limit decides
MOST_BYTES = 50_000_000


class Service(NodeParams):
    """Where the service is, and who asks."""

    credential: str | None = field(
        Kind.CREDENTIAL,
        None,
        label="Connection",
        help="Its key. A server of your own may need none.",
    )
    address: str = field(
        Kind.TEXT,
        "https://api.openai.com/v1",
        label="Address of the service",
        help="Of any service that works as OpenAI's does, up to and with “/v1”.",
        templates=False,
        min_length=1,
        max_length=2_000,
    )


async def ask_service(
    service: Service,
    path: str,
    body: bytes,
    ctx: Context,
    *,
    media_type: str = "application/json",
) -> HttpReply:
    """Its answer to one request; raises NodeError."""
    reply = await ctx.http.request(
        "POST",
        f"{service.address.rstrip('/')}/{path}",
        headers={"Content-Type": media_type, "Idempotency-Key": ctx.idempotency_key},
        body=body,
        credential=service.credential,
        timeout_seconds=LONGEST_SECONDS,
        follow_redirects=False,
        max_bytes=MOST_BYTES,
    )
    refuse_bad_status(reply, ctx.now)
    return reply
