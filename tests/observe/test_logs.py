"""What processes write to their logs: where it happened, on one line, without secrets."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from runtime.models.ids import uuid7
from runtime.observe.logs import LONGEST, LineFormatter, one_line
from tests.support.stand import WORKSPACE, Stand, chain, node

ITEM = "s3cret-of-an-item"
FLOW = uuid7()
DOCUMENT = chain(
    node("start", "trigger.manual"),
    node("talk", "test.chat"),
    node("fail", "test.fail", {"message": ITEM}),
)


class Log:
    """What a real worker wrote while it ran one run."""

    def __init__(self, stand: Stand, how: str) -> None:
        worker = stand.start_worker(SEGUE_LOG_FORMAT=how, SEGUE_LOG_LEVEL="INFO")
        start = (stand.folder / "worker.log").stat().st_size
        (self.run,) = stand.accept(DOCUMENT, 1, items=[{"a": ITEM}], flow_id=FLOW)
        stand.wait_over(30)
        stand.until(lambda: "run.ended" in self._read(stand, start), 10, "no last word")
        stand.kill(worker)
        self.text = self._read(stand, start)

    def _read(self, stand: Stand, start: int) -> str:
        return (stand.folder / "worker.log").read_bytes()[start:].decode()

    def json(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, module_redis_url: str) -> Iterator[Stand]:
    made = Stand(tmp_path_factory.mktemp("logs"), None, module_redis_url)
    yield made
    made.close()


@pytest.fixture(scope="module")
def machine(stand: Stand) -> Log:
    return Log(stand, "json")


@pytest.fixture(scope="module")
def readable(stand: Stand) -> Log:
    return Log(stand, "text")


def only(machine: Log, event: str) -> dict[str, Any]:
    (found,) = [line for line in machine.json() if line["event"].startswith(event)]
    return found


def test_a_line_from_inside_a_try_says_where(machine: Log) -> None:
    for event, level in (("said", "warning"), ("asked", "warning"), ("broke", "error")):
        line = only(machine, event)
        assert (line["level"], line["logger"]) == (level, "acme")
        assert UUID(line["run"]) == machine.run
        assert UUID(line["flow"]) == FLOW
        assert UUID(line["workspace"]) == WORKSPACE
        assert (line["step"], line["item"], line["attempt"]) == ("talk", 0, 1)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])


def test_a_failed_run_is_told_without_what_it_worked_on(machine: Log) -> None:
    line = only(machine, "run.ended")
    assert (line["status"], line["step"], line["error"]) == ("failed", "fail", "network")
    assert UUID(line["run"]) == machine.run
    assert ITEM not in machine.text


def test_every_line_for_machines_is_json(machine: Log) -> None:
    loose = [line for line in machine.text.splitlines() if line and not line.startswith("{")]
    assert [line for line in loose if "forged" in line or "acme" in line] == []


@pytest.mark.parametrize("how", ["machine", "readable"])
def test_text_from_outside_forges_nothing(how: str, request: pytest.FixtureRequest) -> None:
    log: Log = request.getfixturevalue(how)
    assert "\x1b" not in log.text
    assert not [line for line in log.text.splitlines() if line.startswith("2026-01-01")]
    assert "pass-w0rd" not in log.text
    assert "t0ken-of-somebody" not in log.text


def test_the_readable_form_has_the_same_and_indents_what_follows(readable: Log) -> None:
    (line,) = [line for line in readable.text.splitlines() if " broke " in line]
    assert f"run={readable.run}" in line
    assert "step=talk item=0 attempt=1" in line
    after = readable.text.split(line + "\n")[1].splitlines()
    trace = after[: next(i for i, text in enumerate(after) if not text.startswith("    | "))]
    assert trace[0].endswith("Traceback (most recent call last):")
    assert "ValueError: first" in trace[-1] or "forged" in trace[-1]


LINES = [
    ("plain", "plain"),
    ("two\nlines", r"two\nlines"),
    ("\x1b[31mred", r"\x1b[31mred"),
    ("c1 \x9b31m", r"c1 \x9b31m"),
    ("\u2028 separator", r"\u2028 separator"),
    ("\u202e turned", r"\u202e turned"),
    ("Grüße, 日本", "Grüße, 日本"),
    ("a" * (LONGEST + 5), "a" * LONGEST + "…"),
]


@pytest.mark.parametrize(("text", "shown"), LINES)
def test_one_line(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_what_looks_like_a_secret_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGUE_LOG_FORMAT", "json")
    record = logging.LogRecord("x", logging.INFO, "", 1, {}, (), None)
    record.msg = {"event": "e", "api_key": "k", "url": "redis://:pw@host/0", "n": 3}
    line = json.loads(LineFormatter().format(record))
    assert (line["api_key"], line["url"], line["n"]) == ("…", "redis://…@host/0", 3)
