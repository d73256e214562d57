"""Runs a template whole on the engine: the practice world, and a model that is told its words."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from builder.services.gallery import templates
from runtime.engine.execution import RunExecution
from runtime.graph.parse import parse_document
from runtime.registry import registry
from runtime.sandbox.pool import shared_sandbox
from runtime.sdk import Json
from runtime.testing import PlainMail, PlainMemory, PlainTables, QuietWorld, RunResult, run_graph
from runtime.testing.files import PlainFiles
from tests.support.gateway import Gateway
from tests.support.model_server import ModelServer, Scripted
from tests.support.practice import PracticeHttp

BY_KEY = {one.key.partition("_")[2]: one for one in templates()}


@dataclass
class Tried:
    """A template that ran, and what it left behind."""

    result: RunResult
    http: PracticeHttp
    tables: PlainTables
    mails: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def output(self) -> Any:
        """What came out at the end."""
        assert self.result.status == "succeeded", self.result.reason
        return self.result.output


@dataclass
class World:
    """What stays between two runs of one template."""

    server: ModelServer
    template: str
    memory: PlainMemory = field(default_factory=PlainMemory)
    files: PlainFiles = field(default_factory=PlainFiles)
    down: str = "/nothing"
    databases: Any = None
    http: Any = None
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by the step's key

    def __post_init__(self) -> None:
        kinds = {
            table["name"]: {
                column["name"]: column["kind"] + ("!" if column.get("is_key") else "")
                for column in table["columns"]
            }
            for table in BY_KEY[self.template].tables
        }
        self.tables = PlainTables(kinds)
        for table in BY_KEY[self.template].tables:
            for n, row in enumerate(table.get("rows", ())):
                asyncio.run(self.tables.insert(table["name"], row, key=f"row {n}"))

    def _graph(self) -> dict[str, Any]:
        made = quick(BY_KEY[self.template].graph)
        for node in made["nodes"]:
            node["params"] |= self.params.get(node["key"], {})
        return made

    def run(self, given: Any, *answers: Scripted, approved: bool = True) -> Tried:
        """Run it; whoever is asked decides so."""
        self.server.answers = list(answers) or ["unused"]
        self.server.requests.clear()
        mail, http = PlainMail(), self.http or PracticeHttp(self.down)
        world = QuietWorld(
            http=http,
            models=Gateway(self.server),
            sandbox=shared_sandbox(),
            tables=self.tables,
            memory=self.memory,
            mail=mail,
            files=self.files,
            databases=self.databases,
        )
        document = parse_document(self._graph())
        result = run_graph(document, registry(), items=[given], world=world, act=deciding(approved))
        sent = [
            (", ".join(letter.to), letter.subject, letter.text) for letter in mail.outbox.values()
        ]
        return Tried(result, http, self.tables, sent)


def quick(graph: Mapping[str, Any]) -> dict[str, Any]:
    """The same flow, impatient: nobody waits in a test for a shop that is busy."""
    text = json.dumps(graph).replace('"delay_seconds": 1,', '"delay_seconds": 0.01,')
    text = text.replace('"timeout_seconds": 5,', '"timeout_seconds": 0.4,')
    made: dict[str, Any] = json.loads(text.replace('_delay_seconds": 60', '_delay_seconds": 0.02'))
    for node in made["nodes"]:
        usual = registry()[node["type"]].default_policy.retry.attempts
        node["policy"] = {"retry": {"attempts": usual, "delay_seconds": 0.01}, **node["policy"]}
        if "question" in node["params"]:
            node["params"]["at_most"] = 20  # longer waits are not kept in memory
    return made


def deciding(approved: bool) -> Any:
    """Decides every question as soon as it stands there."""
    said: dict[str, Json] = {"approved": approved, "by": "ada", "name": "Ada", "note": "seen"}
    said["at"] = "2026-03-30T09:00:00+00:00"

    def act(run: RunExecution) -> None:
        done = set()

        def look() -> None:
            for step in list(run.steps.values()):
                for parked in list(step.parked.values()):
                    if parked.wait.id not in done:
                        done.add(parked.wait.id)
                        run.waiting.resolved(parked.wait.id, expired=False, outcome=said)
            run.loop.call_later(0.02, look)

        run.loop.call_later(0.02, look)

    return act


def rows(tried: Tried, table: str) -> list[dict[str, Any]]:
    """What stands in a table, without the identifiers."""
    found = asyncio.run(tried.tables.read(table))
    return [{n: v for n, v in row.items() if n != "row_id"} for row in found]
