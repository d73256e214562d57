"""The real HTTP client for tests whose event loop ends with each run."""

from collections.abc import Callable, Mapping, Sequence

from runtime.network.client import GuardedClient
from runtime.network.guard import Guard
from runtime.sdk import HttpReply


class BriefClient:
    """Opens and closes the real client around each request."""

    def __init__(self, guard: Guard, workspace: str = "w") -> None:
        self._guard = guard
        self._workspace = workspace

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
        credential: str | None = None,
        timeout_seconds: float | None = None,
        follow_redirects: bool = True,
        max_bytes: int = 10_000_000,
        on_part: Callable[[bytes], None] | None = None,
        until: str = "",
    ) -> HttpReply:
        """See `runtime.sdk.context.HttpClient`."""
        client = GuardedClient(self._workspace, guard=self._guard)
        try:
            return await client.request(
                method,
                url,
                headers=headers,
                query=query,
                body=body,
                credential=credential,
                timeout_seconds=timeout_seconds,
                follow_redirects=follow_redirects,
                max_bytes=max_bytes,
                on_part=on_part,
                until=until,
            )
        finally:
            await client.close()
