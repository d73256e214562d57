"""What a collector gets from a real worker: a tree of spans for each run, and no data."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from runtime.engine.rows import RunRow
from runtime.models.ids import uuid7
from runtime.observe.traces import MOST_WAITING, Tracer
from tests.support.stand import Stand, chain, node

SECRET = "s3cret-of-an-item"
CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
PARENT = uuid7()
GOOD = chain(
    node("start", "trigger.webhook", {"path": "x"}),
    node("again", "test.fail", {"until": 2}, policy={"retry": {"attempts": 3, "delay_seconds": 0}}),
    node("ask", "test.asked"),
)
BAD = chain(node("start", "trigger.manual"), node("fail", "test.fail", {"message": SECRET}))


@dataclass
class Collector:
    """An OTLP collector that keeps what it gets."""

    spans: list[Span] = field(default_factory=list)
    raw: bytes = b""
    services: set[str] = field(default_factory=set)
    url: str = ""

    def of(self, run: UUID) -> dict[str, Span]:
        """The run's spans by name."""
        return {span.name: span for span in self.spans if span.trace_id == run.bytes}

    def take(self, body: bytes) -> None:
        self.raw += body
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.services |= {
                pair.value.string_value
                for pair in group.resource.attributes
                if pair.key == "service.name"
            }
            for scope in group.scope_spans:
                self.spans.extend(scope.spans)


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    made = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/v1/traces"
            made.take(body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@dataclass(frozen=True)
class Runs:
    good: UUID
    bad: UUID


@pytest.fixture(scope="module")
def runs(
    collector: Collector, tmp_path_factory: pytest.TempPathFactory, module_redis_url: str
) -> Iterator[Runs]:
    """A run that succeeded and one that failed, by a real worker that tells the collector."""
    stand = Stand(tmp_path_factory.mktemp("traces"), None, module_redis_url)
    try:
        stand.start_worker(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
        call = {"headers": {"traceparent": CALLER}, "body": {"secret": SECRET}}
        (good,) = stand.accept(
            GOOD, 1, items=[call], trigger_kind="webhook", parent_run_id=PARENT, flow_id=uuid7()
        )
        (bad,) = stand.accept(BAD, 1, items=[{"secret": SECRET}])
        stand.wait_over(30)
        stand.until(
            lambda: "run" in collector.of(good) and "run" in collector.of(bad), 15, "no spans"
        )
        yield Runs(good, bad)
    finally:
        stand.close()


def attributes(span: Span) -> dict[str, Any]:
    return {
        pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "string_value")
        for pair in span.attributes
    }


def test_spans_hang_together_as_the_run_did(collector: Collector, runs: Runs) -> None:
    found = collector.of(runs.good)
    parents = {
        "step again": "run",
        "attempt again": "step again",
        "step ask": "run",
        "attempt ask": "step ask",
        "chat small-1": "attempt ask",
    }
    for child, parent in parents.items():
        assert found[child].parent_span_id == found[parent].span_id, child
        began, ended = found[child].start_time_unix_nano, found[child].end_time_unix_nano
        assert began <= ended
        assert found[parent].start_time_unix_nano <= began
    assert found["run"].parent_span_id == b""
    assert collector.services == {"segue"}


def test_each_try_is_a_span(collector: Collector, runs: Runs) -> None:
    tries = [s for s in collector.spans if s.name == "attempt again"]
    said = sorted(
        (
            attributes(t)["segue.attempt.number"],
            attributes(t)["segue.attempt.status"],
            t.status.code,
        )
        for t in tries
        if t.trace_id == runs.good.bytes
    )
    assert said == [(1, "failed", Status.STATUS_CODE_ERROR), (2, "succeeded", 0)]


def test_a_call_of_a_model_has_the_names_that_others_know(collector: Collector, runs: Runs) -> None:
    call = collector.of(runs.good)["chat small-1"]
    said = attributes(call)
    assert call.kind == Span.SPAN_KIND_CLIENT
    assert said["gen_ai.operation.name"] == "chat"
    assert said["gen_ai.response.model"] == "small-1"
    assert (said["gen_ai.usage.input_tokens"], said["gen_ai.usage.output_tokens"]) == (11, 7)


def test_a_run_links_to_its_caller_and_its_parent(collector: Collector, runs: Runs) -> None:
    links = {
        (link.trace_id.hex(), link.span_id.hex()) for link in collector.of(runs.good)["run"].links
    }
    assert (CALLER.split("-")[1], CALLER.split("-")[2]) in links
    assert PARENT.hex in {trace for trace, _ in links}
    assert len(links) == 2


def test_a_failed_run_says_of_what_kind(collector: Collector, runs: Runs) -> None:
    run = collector.of(runs.bad)["run"]
    assert run.status.code == Status.STATUS_CODE_ERROR
    assert attributes(run)["error.type"] == "network"
    assert attributes(run)["segue.run.status"] == "failed"


def test_no_data_leaves(collector: Collector, runs: Runs) -> None:
    for secret in (SECRET, "s3cret-answer", "on purpose"):
        assert secret.encode() not in collector.raw


class Deaf(SpanExporter):
    """A collector that is never there."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        raise ConnectionError("nobody listens")


def test_a_collector_that_is_away_holds_nothing_up() -> None:
    run, claim = uuid7(), SimpleNamespace(trigger_kind="manual", parent_run_id=None)
    vars(claim).update(id=run, mode="live", workspace_id=run, flow_id=None, version=None)
    vars(claim).update(created_at=1.0, items=[])
    sink = Tracer(Deaf(), 1.0)
    held: Any = {run: SimpleNamespace(claim=claim, plan=None)}
    for seq in range(3 * MOST_WAITING):
        sink.committed([RunRow(run, seq, "failed", finished_at=2.0)], held)
    began = time.monotonic()
    sink.close()
    assert time.monotonic() - began < 10


# -- when there is nobody to tell --------------------------------------------------------------

WITHOUT = """
import sys
sys.modules["opentelemetry.exporter.otlp.proto.http.trace_exporter"] = None
import django; django.setup()
from runtime.observe.traces import tracer
assert tracer() is None
"""


@pytest.mark.parametrize(("endpoint", "says"), [("http://127.0.0.1:9", True), ("", False)])
def test_a_missing_package_is_named_where_it_is_wanted(
    endpoint: str, says: bool, tmp_path: Any
) -> None:
    env = {
        **os.environ,
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "SEGUE_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "builder.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], env=env, capture_output=True, text=True, check=True
    )
    assert ("segue[otel]" in done.stderr) is says
