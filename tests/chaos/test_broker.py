"""The broker forgets, dies, freezes or fills up under load: calls are kept and runs end.

Rows 6 to 10 and 23 of the fault matrix (docs/operators/faults.md).
"""

import base64
import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from uuid import UUID

import httpx
import pytest
import redis

from builder.launch.supervisor import Supervisor
from runtime.graph.document import Document
from tests.support.callers import calling
from tests.support.counter import counting_server
from tests.support.invariants import broken_invariants
from tests.support.stand import Stand, chain, node

Broker = tuple[str, Supervisor]


@pytest.fixture(params=["sqlite", "postgresql"])
def stand(request: pytest.FixtureRequest, tmp_path: Path, valkey: Broker) -> Iterator[Stand]:
    """Workers on a broker of the test's own, which it may harm."""
    database = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    made = Stand(tmp_path / "data", database, valkey[0])
    try:
        yield made
    finally:
        made.close()


def flow() -> Document:
    return chain(
        node("hook", "trigger.webhook", {"path": "event"}),
        node("pause", "test.pause", {"seconds": 0.05}),
        node("end", "data.set"),
    )


def same_worker(stand: Stand) -> bool:
    """The one worker of the test lives, and is the one that it was at first."""
    (worker,) = stand.workers
    known = stand.one("SELECT count(*) FROM runtime_worker")
    return worker.poll() is None and known == 1


def test_a_broker_that_forgets_everything_only_delays(stand: Stand, valkey: Broker) -> None:
    stand.route("event", flow())
    address = f"{stand.start_web()}/hooks/event"
    queued = stand.accept(flow(), 1000, trigger="hook")
    with redis.Redis.from_url(valkey[0]) as broker, calling(address) as promises:
        broker.lpush(QUEUE, *[hint([run]) for run in queued])
        stand.start_worker()
        for _ in range(5):
            seen = len(promises.accepted)
            stand.until(lambda seen=seen: len(promises.accepted) > seen + 40, 30, "no call kept")
            broker.flushall()
    stand.wait_over(30)
    assert broken_invariants(stand, promises=promises) == []
    assert stand.statuses() == {"succeeded": len(promises.accepted) + 1000}
    assert promises.refused == []
    assert same_worker(stand)


def test_a_broker_that_dies_or_freezes_keeps_no_caller_waiting(
    stand: Stand, valkey: Broker
) -> None:
    (process,) = valkey[1].processes
    assert process.pid is not None
    stand.route("event", flow())
    web = stand.start_web()
    stand.start_worker()
    stand.wait_for_workers(1)
    assert broker_state(web) == "ok"
    with calling(f"{web}/hooks/event") as promises:
        stand.until(lambda: len(promises.accepted) > 20, 30, "no call kept")
        os.kill(process.pid, signal.SIGSTOP)
        seen = len(promises.accepted)
        stand.until(lambda: len(promises.accepted) > seen + 200, 30, "no call kept while frozen")
        assert broker_state(web) == "degraded"
        os.kill(process.pid, signal.SIGKILL)  # and with it all it held
        assert broker_state(web) == "degraded"
        seen = len(promises.accepted)
        stand.until(lambda: len(promises.accepted) > seen + 200, 30, "no call kept while away")
    stand.wait_over(30)
    assert broken_invariants(stand, promises=promises) == []
    assert stand.statuses() == {"succeeded": len(promises.accepted)}
    assert promises.refused == []
    assert promises.slowest < 10  # a producer that waits for such a broker waits 19 s
    assert same_worker(stand)
    stand.workers[0].send_signal(signal.SIGTERM)  # nor does it keep a worker from stopping
    assert stand.workers[0].wait(20) == 0


def broker_state(web: str) -> str:
    """What people are told; the service as a whole is there."""
    answer = httpx.get(f"{web}/ready", timeout=20)
    assert answer.status_code == 200
    return str(answer.json()["parts"]["broker"]["state"])


@pytest.mark.parametrize("stand", ["sqlite"], indirect=True)
def test_a_broker_that_comes_back_is_listened_to_again(stand: Stand, valkey: Broker) -> None:
    """Also where something else had taken the queue's place meanwhile."""
    (process,) = valkey[1].processes
    stand.start_worker()
    stand.wait_for_workers(1)
    assert process.popen is not None
    process.popen.kill()
    process.popen.wait()
    (run,) = stand.accept(chain(node("start", "trigger.manual")))
    stand.wait_over(20)
    valkey[1].start([process])
    with redis.Redis.from_url(valkey[0]) as broker:
        broker.set(QUEUE, "no queue")
        time.sleep(1.0)  # in which the worker stumbles over it
        broker.delete(QUEUE)
        broker.lpush(QUEUE, hint([run]))
        stand.until(lambda: broker.llen(QUEUE) == 0, 60, "the worker does not listen any more")
    assert same_worker(stand)


def test_a_full_broker_only_delays(stand: Stand, valkey: Broker) -> None:
    stand.route("event", flow())
    address = f"{stand.start_web()}/hooks/event"
    stand.start_worker()
    stand.wait_for_workers(1)
    with redis.Redis.from_url(valkey[0]) as broker, calling(address) as promises:
        broker.config_set("maxmemory-policy", "noeviction")
        broker.config_set("maxmemory", "1mb")
        stand.until(lambda: len(promises.accepted) > 200, 30, "no call kept")
    stand.wait_over(30)
    assert broken_invariants(stand, promises=promises) == []
    assert stand.statuses() == {"succeeded": len(promises.accepted)}
    assert promises.refused == []
    assert same_worker(stand)


def test_hints_that_come_thrice_late_or_broken_do_no_harm(stand: Stand, valkey: Broker) -> None:
    """Messages are hints: said again, shuffled, an hour old, or not messages at all."""
    with counting_server(delay=0.02) as server:
        document = chain(
            node("start", "trigger.manual"), node("call", "test.call", {"url": server.url})
        )
        stand.start_worker()
        stand.wait_for_workers(1)
        old = stand.accept(document, 5)
        stand.wait_over(30)
        age(stand, 3600)
        with redis.Redis.from_url(valkey[0]) as broker:
            broker.lpush(QUEUE, b"no JSON", b"[]", b'{"body": 3}', BAD_BODY, UNKNOWN_TASK)
            broker.lpush(QUEUE, b"x" * 10_000_000)
            fresh = stand.accept(document, 60)
            gone = [UUID(int=number) for number in range(5)]
            hints = [hint([run]) for run in [*old, *gone, *fresh]] * 3
            Random(7).shuffle(hints)
            broker.lpush(QUEUE, *hints)
            stand.wait_over(30)
            stand.until(lambda: broker.llen(QUEUE) == 0, 30, "the worker does not listen any more")
        assert stand.statuses() == {"succeeded": 65}
        assert sum(server.calls.values()) == 65
        assert same_worker(stand)
        assert broken_invariants(stand, server) == []


def age(stand: Stand, seconds: float) -> None:
    """What is over was over so long ago."""
    past = stand.db.time(stand.db.now() - seconds)
    stand.db.run("UPDATE runtime_run SET created_at = %s, finished_at = %s", (past, past))


def hint(runs: Sequence[UUID], task: str = "segue.announce", body: object = None) -> bytes:
    """A message as Celery's wire has it, whoever sent it."""
    told = [[], {"runs": [str(run) for run in runs]}, {}] if body is None else body
    return json.dumps(
        {
            "body": base64.b64encode(json.dumps(told).encode()).decode(),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {"lang": "py", "task": task, "id": "1", "root_id": "1"},
            "properties": {
                "body_encoding": "base64",
                "delivery_info": {"exchange": "", "routing_key": QUEUE},
                "delivery_mode": 1,
                "delivery_tag": "1",
                "priority": 0,
            },
        }
    ).encode()


QUEUE = "flows"
UNKNOWN_TASK = hint([], task="os.system")
BAD_BODY = hint([], body={"runs": "all of them"})
