"""What texts mean: measured by the built-in model or a service, counted, kept, and never twice."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID, uuid4

import numpy as np
import pytest

from builder.models import ModelProfile, Workspace
from builder.services.model_profiles import save_model_profile
from builder.services.refusals import NotPossibleError
from runtime.models import KnownVector
from runtime.network.client import GuardedClient
from runtime.network.guard import Guard
from runtime.providers.gateway import ModelGateway
from runtime.providers.likeness import likeness
from runtime.providers.protocols import ChatRequest, Message
from runtime.sdk import Context, NodeError
from runtime.sdk.meaning import MeaningKind, Measured
from runtime.worker.answers import WorkspaceVectors
from runtime.worker.desk import Desk
from tests.support.meaning import FOLDER, BriefModels
from tests.support.model_server import ModelServer, model_server
from tests.support.paper_ledger import PaperLedger

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Quiet:
    """As much of a context as is needed."""

    now: float = 1_000_000.0
    attempt: int = 1
    idempotency_key: str = field(default_factory=lambda: f"{uuid4()}/ask//0")


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr("runtime.providers.gateway._folder", lambda: FOLDER)
    return Workspace.objects.create(name="Meaning")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server("Hello!") as running:
        yield running


def measure(
    models: BriefModels, texts: Sequence[str], kind: MeaningKind = "passage", **rest: Any
) -> Measured:
    quiet: Any = Quiet()
    return asyncio.run(models.embed(texts, quiet, kind=kind, **rest))


def test_the_built_in_model_finds_what_means_the_same(workspace: Workspace) -> None:
    ledger = PaperLedger(workspace.id)
    models = BriefModels(workspace.id, ledger=ledger)
    texts = ["My lamp does not work any more", "What does a chair cost?", "Meine Lampe ist kaputt"]
    found = measure(models, texts)
    asked = measure(models, ["The lamp is broken"], "query")
    alike = likeness(asked.vectors[0], found.vectors, found.model)
    assert alike[0] > alike[1] + 0.2
    assert alike[2] > alike[1] + 0.1, "in another language too"
    assert (found.model, found.dimensions) == ("multilingual-e5-small", 384)
    assert np.linalg.norm(np.frombuffer(found.vectors[0], "<f4")) == pytest.approx(1, abs=1e-5)
    first, second = ledger.spent
    assert first.requests == second.requests == 1
    assert (first.cost, first.outcome) == (0, "ok")
    assert first.tokens_in > second.tokens_in > 0
    assert {call.question for call in ledger.asked} == {""}, "none to be kept answers of"


SERVICES = [
    ("openai_compatible", "/v1/embeddings"),
    ("gemini", "/v1/models/m%201:batchEmbedContents"),
]


def add(workspace: Workspace, server: ModelServer, provider: str, **more: Any) -> ModelProfile:
    values = {"name": "M", "provider": provider, "model": "m 1", "base_url": server.base_url}
    made = ModelProfile(workspace=workspace)
    price = {"purpose": "meaning", "price_in": 2}
    return save_model_profile(made, {**values, **price, **more}, actor=None)


@pytest.mark.parametrize(("provider", "path"), SERVICES)
def test_services_are_asked_in_batches_and_counted_like_calls(
    workspace: Workspace, server: ModelServer, provider: str, path: str
) -> None:
    profile = str(add(workspace, server, provider, texts_at_once=2).id)
    ledger = PaperLedger(workspace.id)
    models = BriefModels(workspace.id, server.place, ledger=ledger)
    found = measure(models, ["a", "b" * 30, "a", "c" * 30, " "], profile=profile)
    assert [len(body.get("input") or body["requests"]) for body in server.requests] == [2, 2]
    assert server.paths == [path] * 2
    same, other, again, third, empty = found.vectors
    assert (same, other) == (again, third), "each text has its own, in the order they came in"
    assert (same != other, same == empty, found.dimensions) == (True, True, 3)
    assert len(ledger.spent) == 2
    assert sum(one.cost for one in ledger.spent) == found.usage["tokens_in"] * 2000  # type: ignore[operator]


def test_what_was_measured_is_kept_and_forgotten_in_time(
    workspace: Workspace, server: ModelServer
) -> None:
    profile, desk = str(add(workspace, server, "gemini").id), Desk("vectors")
    vectors = WorkspaceVectors(workspace.id, desk)
    models = BriefModels(workspace.id, server.place, vectors=vectors)
    first = measure(models, ["a", "b"], profile=profile)
    again = measure(models, ["b", "a"], profile=profile)
    assert (again.vectors[::-1], again.usage["cached"], again.usage["cost"]) == (
        first.vectors,
        True,
        0.0,
    )
    assert len(server.requests) == 1
    measure(models, ["a"], "query", profile=profile)
    measure(models, ["a", "b", "c"], profile=profile)
    texts = [one["content"]["parts"][0]["text"] for one in server.requests[-1]["requests"]]
    assert texts == ["c"], "only what is not known"
    elsewhere = WorkspaceVectors(UUID(int=5), desk)
    digests = [row.digest for row in KnownVector.objects.all()]
    assert asyncio.run(elsewhere.find(digests, 0)) == {}, "never another workspace's"
    assert asyncio.run(vectors.find(digests, 4e9)) == {}
    asyncio.run(desk.close())


def test_who_asks_the_same_at_once_is_one_call_and_a_failure_is_each_ones_own(
    workspace: Workspace, server: ModelServer
) -> None:
    profile = str(add(workspace, server, "openai_compatible").id)

    async def ten() -> list[Measured | BaseException]:
        http = GuardedClient(str(workspace.id), guard=Guard(frozenset({server.place})))
        gateway, quiet = ModelGateway(str(workspace.id), http), cast(Context, Quiet())
        try:
            asks = [gateway.embed(["a", "b"], quiet, profile=profile) for _ in range(10)]
            return await asyncio.gather(*asks, return_exceptions=True)
        finally:
            await http.close()

    assert all(isinstance(one, Measured) for one in asyncio.run(ten()))
    assert len(server.requests) == 1
    server.failures = 1
    failed = [one for one in asyncio.run(ten()) if isinstance(one, NodeError)]
    assert len(failed) == 1
    assert len(server.requests) == 3


def test_each_model_is_asked_for_what_it_does_only(
    workspace: Workspace, server: ModelServer
) -> None:
    meaning = add(workspace, server, "gemini")
    answers = add(workspace, server, "gemini", name="N", purpose="answers")
    models, quiet = BriefModels(workspace.id, server.place), Quiet()
    request = ChatRequest([Message("user", "Hello")], profile=str(meaning.id))
    with pytest.raises(NodeError, match="measures what texts mean"):
        asyncio.run(models.complete(request, quiet))  # type: ignore[arg-type]
    with pytest.raises(NodeError, match="does not measure"):
        measure(models, ["a"], profile=str(answers.id))
    with pytest.raises(NotPossibleError, match="Anthropic has no models that measure"):
        save_model_profile(meaning, {"provider": "anthropic"}, actor=None)
    with pytest.raises(NotPossibleError, match="none can stand in"):
        save_model_profile(answers, {"fallback": meaning}, actor=None)
    assert server.requests == []


def test_likeness_is_of_one_scale() -> None:
    one = np.array([1, 0], "<f4").tobytes()
    others = [np.array(v, "<f4").tobytes() for v in ([1, 0], [0.85, 0.527], [-1, 0], [1, 0, 0])]
    assert likeness(one, others, "multilingual-e5-small") == pytest.approx([1, 0.5, 0, 0], abs=1e-3)
    assert likeness(one, others, "text-embedding-3-small") == pytest.approx([1, 0.85, 0, 0])
    assert likeness(one, [], "x") == []
