"""Model servers and name servers misbehave: policy is followed, and failures have a name.

Rows 27 and 28 of the fault matrix (docs/operators/faults.md).
"""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from runtime.engine.encode import decode
from runtime.network import resolver
from runtime.network.client import GuardedClient
from runtime.network.guard import Guard
from runtime.sdk import ErrorClass, NodeError
from runtime.testing import QuietWorld
from tests.support.gateway import Gateway
from tests.support.http import BriefClient
from tests.support.model_server import Cut, Hang, ModelServer, model_server
from tests.support.one_step import run_node

STORM = (429, {"error": {"message": "slow down"}})
THRICE = {"retry": {"attempts": 3, "delay_seconds": 0.01}, "timeout_seconds": 1}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server("Hello!") as running:
        yield running


@pytest.mark.parametrize(
    ("answer", "kind", "tries"),
    [
        (STORM, "status_429", 3),
        (Hang(), "timeout", 3),
        (Cut(), "network", 3),
        (b"{not JSON", "bad_answer", 1),
        (b'{"error": {"message": "out of credit"}}', "bad_answer", 1),
    ],
)
def test_a_model_server_that_misbehaves_for_ever_fails_in_words(
    server: ModelServer, answer: Any, kind: str, tries: int
) -> None:
    server.answers = [answer]
    began = time.monotonic()
    result, _ = run_node(
        "ai.llm", {"prompt": "Hi"}, [{}], world=QuietWorld(models=Gateway(server)), policy=THRICE
    )
    assert time.monotonic() - began < 15
    assert result.status == "failed"
    assert isinstance(result.error, dict)
    assert (result.error["class"], len(server.requests)) == (kind, tries)
    statuses = {attempt.status for attempt in result.journal.attempts()}
    assert statuses <= {"failed", "timed_out"}


@pytest.mark.parametrize("answer", [STORM, Hang(), Cut()])
def test_a_model_server_that_comes_round_is_tried_again(server: ModelServer, answer: Any) -> None:
    server.answers = [answer, "Here"]
    result, out = run_node(
        "ai.llm", {"prompt": "Hi"}, [{}], world=QuietWorld(models=Gateway(server)), policy=THRICE
    )
    assert result.status == "succeeded", result.error
    assert out["out"] == [{"text": "Here"}]
    usage = decode(result.journal.attempts()[-1].usage)
    assert isinstance(usage, dict)
    assert usage["tokens_out"] == 20  # what was cut off is not counted as an answer


# -- names -------------------------------------------------------------------------------------


def call(url: str, policy: dict[str, Any]) -> Any:
    world = QuietWorld(http=BriefClient(Guard()))
    return run_node("http.request", {"url": url}, [{}], world=world, policy=policy)[0]


def test_a_name_nobody_knows_fails_in_words_after_its_tries() -> None:
    result = call("http://nobody.invalid/", {"retry": {"attempts": 2, "delay_seconds": 0.01}})
    assert result.status == "failed"
    assert "nobody.invalid" in json.dumps(result.error)
    assert result.error["class"] == "network"
    assert len(result.journal.attempts()) == 2


def test_names_that_take_for_ever_hold_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver may take its time; other steps' names are looked up meanwhile."""
    release = threading.Event()
    right = socket.getaddrinfo

    def slow(host: Any, *rest: Any, **more: Any) -> Any:
        if str(host).startswith("slow"):
            release.wait(20)
        return right(host, *rest, **more)

    monkeypatch.setattr(resolver, "getaddrinfo", slow)

    async def main() -> None:
        client = GuardedClient("w", guard=Guard())
        waiting = [
            asyncio.create_task(
                client.request("GET", f"http://slow{number}.invalid/", timeout_seconds=1)
            )
            for number in range(20)
        ]
        await asyncio.sleep(0)
        try:
            with pytest.raises(NodeError, match=r"quick\.invalid"):
                await client.request("GET", "http://quick.invalid/", timeout_seconds=5)
            assert not any(task.done() for task in waiting)
            done = await asyncio.gather(*waiting, return_exceptions=True)
        finally:
            release.set()
            await client.close()
        classes = {error.error_class for error in done if isinstance(error, NodeError)}
        assert classes == {ErrorClass.TIMEOUT}

    asyncio.run(main())
