"""How often an address is called, counted by the minute for all web processes in Redis.

Without Redis each process counts for itself: calls are not refused because a counter is away.
"""

from __future__ import annotations

import time

import structlog
from redis import RedisError
from redis.asyncio import Redis

log = structlog.get_logger(__name__)
WINDOW_SECONDS = 60
PATIENCE_SECONDS = 0.5


class Rates:
    """Counts calls in windows of a minute."""

    def __init__(self, redis_url: str) -> None:
        self._redis: Redis | None = None
        if redis_url:
            self._redis = Redis.from_url(
                redis_url,
                socket_timeout=PATIENCE_SECONDS,
                socket_connect_timeout=PATIENCE_SECONDS,
                retry=None,
            )
        self._window = 0
        self._here: dict[str, int] = {}

    async def wait_for(self, name: str, most: int) -> int:
        """Count one call; the seconds until the next may come, 0 where this one may."""
        now = time.time()
        window = int(now // WINDOW_SECONDS)
        count = await self._counted(name, window)
        return 0 if count <= most else max(1, int((window + 1) * WINDOW_SECONDS - now) + 1)

    async def _counted(self, name: str, window: int) -> int:
        if self._redis is not None:
            key = f"segue:rate:{name}:{window}"
            try:
                count = int(await self._redis.incr(key))
                if count == 1:
                    await self._redis.expire(key, 2 * WINDOW_SECONDS)
                return count
            except (RedisError, OSError) as error:
                log.debug("rates.redis_away", error=str(error))
        if self._window != window:
            self._window, self._here = window, {}
        self._here[name] = self._here.get(name, 0) + 1
        return self._here[name]
