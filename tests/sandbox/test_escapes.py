"""Known escapes of templates, formulas and code: literal text or a typed error, and no secret."""

import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from runtime.expressions import ExpressionError, Quantifier
from runtime.expressions.formula import prepare
from runtime.expressions.resolve import compile_value
from runtime.sandbox.pool import shared_sandbox
from runtime.sdk import Json, NodeError

CORPUS = Path(__file__).parent.parent / "data" / "template_escapes.json"
CASES: list[dict[str, str]] = json.loads(CORPUS.read_text())["cases"]
CANARY = "canary-7d1f0c"
TEMPLATES = [case for case in CASES if case["lang"] == "template"]
OTHERS = [case for case in CASES if case["lang"] != "template"]


def name_of(case: Mapping[str, str]) -> str:
    return case["id"]


@pytest.fixture(autouse=True)
def canary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A secret in the environment and in a file; neither may ever come out."""
    monkeypatch.setenv("SEGUE_CANARY", CANARY)
    secret = tmp_path / "secret"
    secret.write_text(CANARY)
    return secret


class _Scope:
    def root(self, name: str, quantifier: Quantifier) -> Json:
        if name != "input":
            raise ExpressionError("There is no such data.")
        return {"x": "x" * 10}


@pytest.mark.parametrize("case", TEMPLATES, ids=name_of)
def test_templates(case: dict[str, str]) -> None:
    began = time.monotonic()
    said = _template(case["source"])
    assert CANARY not in said
    assert "<class" not in said.replace(case["source"], "")
    assert time.monotonic() - began < 0.25


def _template(source: str) -> str:
    compiled, errors = compile_value(source, "text")
    if errors:
        return errors[0].message
    try:
        return json.dumps(compiled.resolve(_Scope())["text"])
    except NodeError as error:
        return error.message


@pytest.mark.parametrize("case", OTHERS, ids=name_of)
def test_code_and_formulas(case: dict[str, str]) -> None:
    began = time.monotonic()
    said = asyncio.run(_run(case["source"]))
    assert all(CANARY not in text for text in said)
    assert time.monotonic() - began < 8
    assert asyncio.run(shared_sandbox().formulas(["40 + 2"], [{}])) == [[42]]


async def _run(source: str) -> list[str]:
    """As a Code step, and as a formula."""
    said: list[str] = []
    try:
        result, lines = await shared_sandbox().run_code(source, {"item": 1}, timeout_seconds=1)
        said += [json.dumps(result), *lines]
    except NodeError as error:
        said.append(error.message)
    try:
        code = prepare(source.removeprefix("=")).code
    except ExpressionError as error:
        return [*said, error.message]
    return said + [
        repr(cell) for row in await shared_sandbox().formulas([code], [{}]) for cell in row
    ]


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.environ['SEGUE_CANARY']",
        "import os\nos.getenv('SEGUE_CANARY')",
        "open('{file}').read()",
        "import pathlib\npathlib.Path('{file}').read_text()",
        "open('/proc/self/environ').read()",
        "import os\nos.listdir('/')",
    ],
)
def test_neither_environment_nor_files_come_out(code: str, canary: Path) -> None:
    said = asyncio.run(_run(code.replace("{file}", str(canary))))
    assert all(CANARY not in text for text in said)
