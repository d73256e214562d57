"""Facts, vectors and answers found by what they mean, on both databases."""

import asyncio
import json
import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from django.utils import timezone

from runtime.keeping import alike, facts, vectors
from runtime.keeping.deeds import forget_old
from runtime.models import Fact, KnownVector, ModelCall
from runtime.providers.known import AskedBefore
from runtime.sdk.meaning import Measured
from runtime.worker.answers import WorkspaceVectors
from runtime.worker.places import PlaceThread, WorkspaceLedger
from runtime.worker.world import ServerWorld
from tests.keeping.conftest import at_once, flow
from tests.keeping.test_memory import do
from tests.support.house import House, adopt
from tests.support.meaning import FOLDER, BriefModels


def at(degrees: float) -> bytes:
    """A direction."""
    turn = math.radians(degrees)
    return np.array([math.cos(turn), math.sin(turn)], "<f4").tobytes()


def meaning(*degrees: float, model: str = "m") -> Measured:
    return Measured([at(one) for one in degrees], model, 2, {})


def test_facts_are_kept_once_and_the_best_come_first(house: House, world: ServerWorld) -> None:
    kept = world.facts(str(house.place.workspace.id))
    told = do(
        kept.remember("ada", ["likes lamps", "has a dog"], meaning(0, 80), key="1"),
        kept.remember("ada", ["likes lamps", "has a dog"], meaning(0, 80), key="1"),
        kept.remember("ada", ["has a dog", "is tall"], meaning(80, 40), key="2"),
        kept.remember("bob", ["likes chairs"], meaning(0), key="3"),
        kept.remember("ada", ["of another model"], meaning(0, model="other"), key="4"),
        kept.recall("ada", meaning(10), most=2),
        world.facts(str(uuid4())).recall("ada", meaning(10), most=2),
        kept.forget("ada", key="5"),
        kept.forget("ada", key="5"),
        kept.recall("ada", meaning(10), most=2),
        kept.recall("bob", meaning(10), most=2),
    )
    assert told[:5] == [2, 2, 1, 1, 1], "a repeated try does nothing more"
    assert [one.text for one in told[5]] == ["likes lamps", "is tall"]
    assert told[5][0].alike == round(math.cos(math.radians(10)), 4)
    assert (told[6], told[7], told[8], told[9]) == ([], 4, 4, [])
    assert [one.text for one in told[10]] == ["likes chairs"]


def test_a_fact_stays_as_long_again_when_it_is_told_again(house: House, world: ServerWorld) -> None:
    workspace, now = house.place.workspace.id, timezone.now().timestamp()

    def tell(key: str, when: float, text: str = "likes lamps") -> None:
        keep = facts.remember
        keep(workspace, "ada", [text], meaning(0), expires_in=60, key=key, now=when)

    def known(when: float) -> Sequence[str]:
        found = facts.recall(workspace, "ada", meaning(0), most=9, now=when)
        return [one.text for one in found]

    tell("1", now)
    assert (known(now + 59), known(now + 61)) == (["likes lamps"], [])
    tell("2", now + 30)
    assert known(now + 61) == ["likes lamps"]
    Fact.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    forget_old()
    assert Fact.objects.count() == 0


def test_two_who_tell_the_same_at_once_keep_it_once(house: House, world: ServerWorld) -> None:
    workspace, now = house.place.workspace.id, timezone.now().timestamp()
    texts, measured = [f"fact {n}" for n in range(20)], meaning(*range(20))

    def tell(number: int) -> int:
        keep = facts.remember
        key = f"k{number}"
        return keep(workspace, "ada", texts, measured, expires_in=None, key=key, now=now)

    at_once(tell, range(4))
    assert Fact.objects.filter(about="ada").count() == 20


def test_vectors_and_answers_come_back_as_they_were(house: House, world: ServerWorld) -> None:
    workspace, now = house.place.workspace.id, timezone.now().timestamp()
    many = {f"{number:064}": at(number) for number in range(1_200)}
    vectors.keep(workspace, many, now + 60)
    vectors.keep(workspace, dict(list(many.items())[:3]), now + 60)
    assert vectors.find(workspace, list(many), now) == many
    for degrees, words in ((0, "old"), (0, "new"), (50, "other")):
        asked = AskedBefore("s", f"the {words} question", at(degrees), "m")
        alike.keep(workspace, asked, {"text": words}, now + 60)
    found = alike.find(workspace, AskedBefore("s", "?", at(5), "m"), 0.9, now)
    assert found is not None
    assert found[0] == {"text": "new"}, "the newest of equal ones"
    assert found[1].question == "the new question"
    numbered = AskedBefore("s", "the new question 7", at(5), "m")
    assert alike.find(workspace, numbered, 0.9, now) is None, "another number, another question"
    assert alike.find(workspace, AskedBefore("s", "?", at(95), "m"), 0.9, now) is None
    assert alike.find(workspace, AskedBefore("t", "?", at(0), "m"), 0.9, now) is None


class HousePlaces(PlaceThread):
    """Its thread talks to the house's database."""

    async def _done(self, job: Any) -> Any:
        await asyncio.get_running_loop().run_in_executor(self._thread, adopt)
        return await super()._done(job)


class BriefWorld(ServerWorld):
    """Its client opens and closes with each call: every run here has a loop of its own."""

    def models(self, workspace: str) -> Any:
        ledger = WorkspaceLedger(UUID(workspace), self._places)
        vectors = WorkspaceVectors(UUID(workspace), self._desk("memory"))
        return BriefModels(UUID(workspace), ledger=ledger, vectors=vectors)


def test_a_flow_remembers_and_recalls_by_meaning_and_each_measure_is_a_call(
    house: House, world: ServerWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.world = brief = BriefWorld(adopt)
    brief._places = HousePlaces()
    monkeypatch.setattr("runtime.providers.gateway._folder", lambda: FOLDER)
    told = {"action": "remember", "about": "ada", "facts": "Has a dog\nLives in Rome\nHas a dog"}
    asked = {"about": "ada", "question": "In which city does she live?", "most": 1}
    document = flow(
        {"key": "tell", "type": "ai.memory", "params": told},
        {"key": "ask", "type": "ai.memory", "params": asked},
    )
    run = house.run(house.flow("Facts", document))
    assert run.status == "succeeded", run.reason
    recalled = json.loads(run.output or "null")
    assert "Lives in Rome" in json.dumps(recalled)
    assert "dog" not in json.dumps(recalled)
    calls = ModelCall.objects.filter(run_id=run.id).order_by("asked_at")
    found = [(call.node, call.outcome, call.requests, call.cost, call.question) for call in calls]
    assert found == [("tell", "ok", 1, 0, ""), ("ask", "ok", 1, 0, "")]
    assert KnownVector.objects.filter(workspace_id=house.place.workspace.id).count() == 3
    again = house.run(house.flow("Facts again", document))
    assert again.status == "succeeded", again.reason
    assert ModelCall.objects.filter(run_id=again.id).count() == 0, "all of it was known"
    asyncio.run(brief.close())
