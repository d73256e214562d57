"""Redis as the broker, for a worker that stays: what kombu or Celery would leave for is noted.

A worker without a broker still does its work, for it looks for runs itself.
"""

from typing import Any

import structlog
from kombu.transport import redis as kombu_redis
from redis.exceptions import ResponseError

log = structlog.get_logger(__name__)
UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)


class Channel(kombu_redis.Channel):
    """kombu's; anybody may write to a list in Redis, and what is no message is dropped."""

    def _brpop_read(self, **options: Any) -> Any:
        try:
            # The stubs of kombu leave it out.
            return super()._brpop_read(**options)  # type: ignore[misc]
        except UNREADABLE as error:
            log.warning("hint.unreadable", error=repr(error)[:300])
            return True


class Transport(kombu_redis.Transport):
    """kombu's; a Redis that refuses (it is full, say) is one that is away, and tried again."""

    Channel = Channel
    connection_errors = (*kombu_redis.Transport.connection_errors, ResponseError)
