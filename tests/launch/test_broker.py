"""The broker: the given one, or our own, which answers only those who know its password."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis

from builder.launch.broker import answers, choose_broker
from builder.launch.environment import find_project
from builder.launch.messages import Trouble
from builder.launch.supervisor import Supervisor


def test_a_given_redis_is_used_as_it_is(redis_url: str) -> None:
    broker = choose_broker(find_project(os.environ), {"REDIS_URL": redis_url})
    assert (broker.url, broker.program) == (redis_url, None)


def test_a_given_redis_that_does_not_answer_is_told_without_its_password(free_port: int) -> None:
    url = f"redis://:canary@127.0.0.1:{free_port}/0"
    with pytest.raises(Trouble, match=f"127.0.0.1:{free_port}") as told:
        choose_broker(find_project(os.environ), {"REDIS_URL": url})
    assert "canary" not in str(told.value)


def test_our_own_broker_keeps_what_it_was_told_and_knows_its_people(
    valkey: tuple[str, Supervisor], tmp_path: Path
) -> None:
    url, _ = valkey
    with redis.Redis.from_url(url) as line:
        line.set("kept", "yes")
        assert line.config_get("appendonly") == {"appendonly": "yes"}
    port = urlsplit(url).port
    assert not answers(f"redis://:wrong@127.0.0.1:{port}/0")
    assert not answers(f"redis://127.0.0.1:{port}/0")
    assert all(
        path.stat().st_mode & 0o077 == 0
        for path in (tmp_path / "broker" / "password", tmp_path / "broker" / "server.conf")
    )
