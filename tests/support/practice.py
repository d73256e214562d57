"""The practice shop without a socket: flows of a test reach its real views."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django.test import Client

from runtime.sdk import HttpReply

ALWAYS_DOWN = "/always-down"


class PracticeHttp:
    """See `runtime.sdk.context.HttpClient`; knows nothing but the practice world.

    `down`: addresses beginning so answer 503.
    """

    def __init__(self, down: str = ALWAYS_DOWN) -> None:
        self.asked: list[str] = []
        self._down = down

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
        """Answer from the view at this path."""
        assert url.startswith("/practice/"), f"{url} is outside of the practice world"
        self.asked.append(f"{url}?{urlencode(query)}" if query else url)
        if url.startswith(self._down):
            return HttpReply(503, {}, b"", url)
        ask = sync_to_async(Client().generic, thread_sensitive=False)
        kind = (headers or {}).get("Content-Type", "application/json")
        answer = await ask(method, self.asked[-1], body or b"", kind)
        found = {name.lower(): value for name, value in answer.headers.items()}
        return HttpReply(answer.status_code, found, answer.content, url)
