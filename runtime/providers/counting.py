"""Counts what is really sent to a service: limits and budgets of calls count requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runtime.sdk import HttpClient, HttpReply


@dataclass(slots=True)
class CountingClient:
    """See `runtime.sdk.context.HttpClient`."""

    http: HttpClient
    made: int = 0

    async def request(self, method: str, url: str, **rest: Any) -> HttpReply:
        """Count, then send."""
        self.made += 1
        return await self.http.request(method, url, **rest)
