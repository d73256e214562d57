"""`manage.py run_flow FLOW.json [--input INPUT.json]`: run a document, print what came of it."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from builder.models import Workspace
from builder.services.run_flow import as_items
from runtime.graph.document import Document
from runtime.graph.issue import DocumentError, Issue, Severity
from runtime.graph.parse import parse_document, parse_stored
from runtime.graph.validate import validate
from runtime.models import Run, Snapshot, Step
from runtime.registry import registry
from runtime.services.start_run import NothingStartsItError, start_run

LOOK_SECONDS = 0.02


class Command(BaseCommand):
    help = "Run a flow document through the real store and worker and print one JSON object."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("flow", help="a flow document, or an exported flow")
        parser.add_argument("--input", help="a JSON file: one item, or a list of items")
        parser.add_argument("--trigger", help="the short name of the step that starts it")

    def handle(self, *args: Any, **options: Any) -> None:
        document = _document(_read(options["flow"]))
        given = _json(_read(options["input"]), options["input"]) if options["input"] else None
        problems = [i for i in validate(document, registry()) if i.severity is Severity.ERROR]
        if problems:
            self._print(
                {
                    "run": None,
                    "status": "invalid",
                    "output": None,
                    "steps": [],
                    "issues": [issue.dump() for issue in problems],
                }
            )
            sys.exit(1)
        workspace = Workspace.objects.order_by("id").first()
        if workspace is None:
            raise CommandError("There is no workspace yet. Start Segue once: manage.py up")
        try:
            ref = start_run(
                workspace_id=workspace.id,
                document=document,
                trigger_key=options["trigger"],
                items=as_items(given),
            )
        except NothingStartsItError as error:
            raise CommandError(str(error)) from None
        run = _finished(ref.id)
        self._print(_result(run))
        if run.status != "succeeded":
            sys.exit(1)

    def _print(self, value: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False))


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None


def _json(raw: bytes, path: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise CommandError(f"{path} is not valid JSON: {error}.") from None


def _document(raw: bytes) -> Document:
    try:
        value = json.loads(raw)
    except ValueError:
        value = None
    try:
        if isinstance(value, dict) and isinstance(value.get("graph"), dict):
            return parse_document(value["graph"])
        return parse_document(raw)
    except DocumentError as error:
        raise CommandError("\n".join(_sentence(issue) for issue in error.issues)) from None


def _sentence(issue: Issue) -> str:
    return f"{issue.message} {issue.fix}".strip()


def _finished(run_id: Any) -> Run:
    while True:
        run = Run.objects.get(id=run_id)
        if run.over:
            return run
        time.sleep(LOOK_SECONDS)


def _result(run: Run) -> dict[str, Any]:
    document = parse_stored(Snapshot.objects.get(id=run.snapshot_id).document)
    types = {node.key: node.type for node in document.nodes}
    return {
        "run": str(run.id),
        "status": run.status,
        "output": json.loads(run.output) if run.output else None,
        "error": json.loads(run.error) if run.error else None,
        "steps": [
            {
                "key": step.node,
                "type": types.get(step.node),
                "iteration": step.iteration,
                "status": step.status,
                "attempts": step.attempts,
                "items_in": step.items_in,
                "items_out": sum(json.loads(step.items_out).values()),
                "error": json.loads(step.error) if step.error else None,
            }
            for step in Step.objects.filter(run=run).order_by("seq")
        ],
    }
