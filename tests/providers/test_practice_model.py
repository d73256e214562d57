"""The real practice model on this machine: its answers have the right form; wisdom is not asked."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builder.models import Workspace
from builder.services.first_start import add_practice_model
from runtime.engine.encode import decode
from runtime.network.client import GuardedClient
from runtime.practice.model import is_ready, practice_server
from runtime.providers.gateway import ModelGateway
from runtime.providers.protocols import ChatReply, ChatRequest
from runtime.sdk import Context, Json
from runtime.testing import QuietWorld, RunResult
from tests.support.one_step import Outputs, run_node


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("practice")


def test_many_who_want_it_at_once_share_one(folder: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        servers = list(pool.map(practice_server, [folder] * 4))
    assert len({server.pid for server in servers}) == 1
    assert is_ready(folder)


def test_it_answers_in_the_form_that_is_asked_for(
    folder: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.providers.gateway._folder", lambda: folder)
    workspace = Workspace.objects.create(name="Practice")
    add_practice_model(workspace)
    shape = {
        "type": "object",
        "properties": {"kind": {"type": "string", "enum": ["praise", "complaint"]}},
        "required": ["kind"],
        "additionalProperties": False,
    }
    question = {
        "prompt": "Is this praise or a complaint? “My parcel never came.”",
        "answer": "json",
        "shape": shape,
        "temperature": 0,
        "max_tokens": 40,
    }
    result, out = _ask(str(workspace.id), question)
    assert result.status == "succeeded"
    answer = out["out"][0]
    assert isinstance(answer, dict)
    assert answer["json"] in ({"kind": "praise"}, {"kind": "complaint"})
    usage = decode(result.journal.attempts()[0].usage)
    assert isinstance(usage, dict)
    assert usage["model"] == "SmolLM2-135M-Instruct"
    assert isinstance(usage["tokens_in"], int)


def _ask(workspace: str, question: dict[str, object]) -> tuple[RunResult, Outputs]:
    world = QuietWorld(models=BriefGateway(workspace))
    return run_node("ai.llm", question, world=world)


class BriefGateway:
    """The real gateway, for a loop that ends with the run."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    async def complete(self, request: ChatRequest, ctx: Context) -> ChatReply:
        http = GuardedClient(self._workspace)
        try:
            return await ModelGateway(self._workspace, http).complete(request, ctx)
        finally:
            await http.close()


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from runtime.practice.model import practice_server;"
        "print(practice_server(Path(sys.argv[1])).pid)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    pid = int(told.stdout)
    until = time.monotonic() + 10
    while time.monotonic() < until and Path(f"/proc/{pid}").exists():
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_many_questions_at_once_are_answered_by_the_one(
    folder: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.providers.gateway._folder", lambda: folder)
    workspace = Workspace.objects.create(name="Practice")
    add_practice_model(workspace)
    before = practice_server(folder).pid
    world = QuietWorld(models=BriefGateway(str(workspace.id)))
    questions: list[Json] = [{"n": number} for number in range(40)]
    params = {"prompt": "Say the number {{ input.n }}.", "max_tokens": 4}
    result, out = run_node("ai.llm", params, questions, world=world)
    assert (result.status, len(out["out"])) == ("succeeded", 40)
    assert practice_server(folder).pid == before
