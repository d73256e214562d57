"""Wakes live views and waiting callers after a commit, over Redis. Losing a message is harmless."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson
import redis
import structlog

from runtime.engine.rows import Row, RunRow
from runtime.observe import metrics
from runtime.sdk.items import Json

log = structlog.get_logger(__name__)
RUNS_CHANNEL = "segue:runs"  # messages: the ids of runs with news, 16 bytes each
WORDS_CHANNEL = "segue:words"  # messages: a run's id, 16 bytes, and words of it as JSON
MOST_WAITING = 10_000
MOST_ANSWER_BYTES = 64_000  # whoever waits for a longer answer reads it in the database


class RedisPublisher:
    """See `runtime.worker.ports.Publisher`; publishes from a thread, many at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: queue.Queue[tuple[str, bytes] | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._send, name="segue-publish", daemon=True)
        self._thread.start()

    def committed(self, rows: Sequence[Row], replies: Mapping[UUID, str]) -> None:
        """One message of all runs, and one for each process in which callers wait."""
        for channel, standings in answers(rows, replies).items():
            self._put(f"segue:reply:{channel}", orjson.dumps(standings))
        self._put(RUNS_CHANNEL, b"".join(run.bytes for run in {row.run_id for row in rows}))

    def show(self, run_id: UUID, words: Mapping[str, Json]) -> None:
        """Words of an answer, as they come."""
        self._put(WORDS_CHANNEL, run_id.bytes + orjson.dumps(words))

    def _put(self, channel: str, message: bytes) -> None:
        try:
            self._waiting.put_nowait((channel, message))
        except queue.Full:
            metrics.live_messages_dropped()
            log.debug("publish.dropped", channel=channel)

    def _send(self) -> None:
        client = redis.Redis.from_url(
            self._url, socket_timeout=2, socket_connect_timeout=1, retry=None
        )
        while True:
            batch = [self._waiting.get()]
            while len(batch) < 500 and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                pipe = client.pipeline(transaction=False)
                for entry in batch:
                    if entry is not None:
                        pipe.publish(*entry)
                pipe.execute()
            except Exception as error:  # noqa: BLE001  callers wait for what this thread says next
                metrics.live_messages_dropped(len(batch))
                log.debug("publish.failed", error=str(error))
            if None in batch:
                return

    def close(self) -> None:
        """Send what waits, then end the thread."""
        self._waiting.put(None)
        self._thread.join(timeout=3)


def answers(rows: Sequence[Row], replies: Mapping[UUID, str]) -> dict[str, list[dict[str, object]]]:
    """How runs stand for those who wait for them: by channel, the last word on each run."""
    latest: dict[UUID, RunRow] = {}
    for row in rows:
        if isinstance(row, RunRow) and row.run_id in replies:
            latest[row.run_id] = row
    found: dict[str, list[dict[str, object]]] = {}
    for run, row in latest.items():
        found.setdefault(replies[run], []).append(_standing(row))
    return found


def _standing(row: RunRow) -> dict[str, object]:
    if len(row.response or b"") + len(row.output or b"") > MOST_ANSWER_BYTES:
        return {"run": str(row.run_id)}
    return {
        "run": str(row.run_id),
        "status": row.status,
        "response": None if row.response is None else orjson.Fragment(row.response),
        "output": None if row.output is None else orjson.Fragment(row.output),
        "reason": row.reason,
    }


class NoPublisher:
    """Without Redis: live views and callers look into the database by themselves."""

    def committed(self, rows: Sequence[Row], replies: Mapping[UUID, str]) -> None:
        """Nobody is told."""

    def show(self, run_id: UUID, words: Mapping[str, Json]) -> None:
        """Nobody sees them."""

    def close(self) -> None:
        """Nothing to end."""
