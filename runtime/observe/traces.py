"""Sends spans to a collector, if `OTEL_EXPORTER_OTLP_ENDPOINT` names one. Never in the runs' way.

What was committed is put into a queue; a thread makes spans of it and sends them. A collector that
is away or slow costs spans, and nothing else.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from runtime.engine.rows import Row
from runtime.observe.metrics import Held, spans_sent
from runtime.observe.spans import Span, spans_of

if TYPE_CHECKING:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter

log = structlog.get_logger(__name__)
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
MOST_WAITING = 2_000  # commits
MOST_AT_ONCE = 512  # spans in one message
GATHER_SECONDS = 0.2
_Batch = tuple[Sequence[Row], Mapping[UUID, Held]]


class Tracer:
    """One for each worker process."""

    def __init__(self, exporter: SpanExporter, share: float) -> None:
        self._exporter = exporter
        self._share = share
        self._waiting: queue.Queue[_Batch | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._send, name="segue-traces", daemon=True)
        self._thread.start()

    def committed(self, rows: Sequence[Row], held: Mapping[UUID, Held]) -> None:
        """Take note of rows, with what is known of their runs at this moment."""
        runs: dict[UUID, Held] = {}
        for row in rows:
            run = held.get(row.run_id)
            if run is not None and row.run_id not in runs and self._wants(row.run_id):
                runs[row.run_id] = run
        if not runs:
            return
        try:
            self._waiting.put_nowait((rows, runs))
        except queue.Full:
            spans_sent(len(rows), arrived=False)

    def _wants(self, run: UUID) -> bool:
        """Whether the run is among the share that is traced; the same in every worker."""
        return self._share >= 1 or (run.int & 0xFFFF_FFFF) / 2**32 < self._share

    def close(self) -> None:
        """Send what waits, then end the thread."""
        try:
            self._waiting.put(None, timeout=1)
        except queue.Full:
            return
        self._thread.join(timeout=3)

    def _send(self) -> None:
        over = False
        while not over:
            batch = self._waiting.get()
            time.sleep(GATHER_SECONDS)
            found: list[Span] = []
            while batch is not None:
                rows, runs = batch
                for row in rows:
                    if row.run_id in runs:
                        found.extend(spans_of(row, runs[row.run_id]))
                if len(found) >= MOST_AT_ONCE or self._waiting.empty():
                    break
                batch = self._waiting.get_nowait()
            over = batch is None
            self._export(found)
        self._exporter.shutdown()

    def _export(self, spans: Sequence[Span]) -> None:
        from opentelemetry.sdk.trace.export import SpanExportResult

        for start in range(0, len(spans), MOST_AT_ONCE):
            part = spans[start : start + MOST_AT_ONCE]
            try:
                done = self._exporter.export(list(readable(part)))
                arrived = done is SpanExportResult.SUCCESS
            except Exception as error:  # noqa: BLE001  a collector's trouble is not ours
                log.warning("traces.not_sent", error=repr(error))
                arrived = False
            spans_sent(len(part), arrived=arrived)


@cache
def tracer() -> Tracer | None:
    """The tracer of this process; None where nobody collects spans."""
    if not any(os.environ.get(name) for name in ENDPOINTS):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        log.warning("traces.package_missing", fix="Install it: pip install 'segue[otel]'")
        return None
    share = _share()
    log.info("traces.on", share=share)
    return Tracer(OTLPSpanExporter(), share)


def _share() -> float:
    """Which part of the runs is traced, by OpenTelemetry's own variables."""
    if "ratio" not in os.environ.get("OTEL_TRACES_SAMPLER", ""):
        return 1.0
    try:
        return min(1.0, max(0.0, float(os.environ.get("OTEL_TRACES_SAMPLER_ARG", "1"))))
    except ValueError:
        return 1.0


def readable(spans: Iterable[Span]) -> Iterable[ReadableSpan]:
    """Spans as the exporter takes them."""
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

    scope, resource = InstrumentationScope("segue"), _resource()

    def context(trace: int, span: int) -> SpanContext:
        return SpanContext(trace, span, is_remote=False, trace_flags=TraceFlags(1))

    for span in spans:
        bad = span.error is not None
        yield ReadableSpan(
            name=span.name,
            context=context(span.trace, span.id),
            parent=context(span.trace, span.parent) if span.parent is not None else None,
            resource=resource,
            attributes={**span.attributes, **({"error.type": span.error} if span.error else {})},
            links=[Link(context(*link)) for link in span.links],
            kind=SpanKind.CLIENT if span.calls_out else SpanKind.INTERNAL,
            status=Status(StatusCode.ERROR if bad else StatusCode.UNSET),
            start_time=int(span.start * 1e9),
            end_time=int(span.end * 1e9),
            instrumentation_scope=scope,
        )


@cache
def _resource() -> Resource:
    """Who sends this; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` add to it."""
    from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource

    return Resource({SERVICE_NAME: "segue"}).merge(OTELResourceDetector().detect())
