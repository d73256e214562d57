"""Collections of documents on both databases: put in, changed, taken out, and found."""

import asyncio
import hashlib
import math
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from runtime.keeping import knowledge
from runtime.keeping.nearest import Vectors
from runtime.knowledge.split import Splitting, split
from runtime.knowledge.words import asked_words
from runtime.models import Collection, Document, Passage
from runtime.sdk import NodeError
from runtime.sdk.knowledge import Found, KnownDocument, Wanted
from runtime.sdk.knowledge import Passage as Part
from runtime.sdk.meaning import Measured
from runtime.worker.world import ServerWorld
from tests.keeping.conftest import at_once
from tests.keeping.test_memory import do
from tests.support.house import House

RETURNS = (
    "# Returns\n\nSend it back within 30 days. Keep the bill RX-77.\n\n# Delivery\n\nTwo days."
)


def at(degrees: float) -> bytes:
    turn = math.radians(degrees)
    return np.array([math.cos(turn), math.sin(turn)], "<f4").tobytes()


def meaning(*degrees: float, model: str = "m") -> Measured:
    return Measured([at(one) for one in degrees], model, 2, {})


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def document(key: str, text: str, **about: Any) -> KnownDocument:
    return KnownDocument(key, key.title(), text, digest(text), f"https://a.example/{key}", about)


def parts(text: str, size: int = 60) -> list[Part]:
    return [
        Part(p.text, p.start, p.end, p.heading, p.wide_start, p.wide_end)
        for p in split(text, Splitting(size, 0, wide=1_000))
    ]


async def fill(known: Any, name: str, key: str, text: str, *degrees: float, **about: Any) -> None:
    cut = parts(text)
    assert len(cut) == len(degrees), [part.text for part in cut]
    await known.put(name, document(key, text, **about), cut, meaning(*degrees))


@pytest.fixture
def known(house: House, world: ServerWorld) -> Any:
    return world.knowledge(str(house.place.workspace.id))


def shown(found: Sequence[Found]) -> list[tuple[str, str, str]]:
    return [(one.document, one.heading, one.by) for one in found]


def test_a_passage_is_found_by_meaning_by_words_and_by_both(known: Any) -> None:
    def look(question: str, how: Any, degrees: float) -> Any:
        return known.find("Handbook", Wanted(question, how, most=2), meaning(degrees))

    told = do(
        fill(known, "Handbook", "shop", RETURNS, 0, 90),
        fill(known, "Handbook", "other", "Lamps are sold in pairs.", 45),
        look("how do I give it back", "meaning", 5),
        look("RX-77", "words", 90),
        look("RX-77", "both", 90),
        look("nothing of this kind", "words", 0),
    )
    assert shown(told[2]) == [("shop", "Returns", "meaning"), ("other", "", "meaning")]
    assert told[2][0].alike == round(math.cos(math.radians(5)), 4)
    assert shown(told[3]) == [("shop", "Returns", "words")]
    assert shown(told[4])[0] == ("shop", "Returns", "both"), "what both find stands first"
    assert told[5] == []
    first = told[3][0]
    assert RETURNS[first.start : first.end] == first.text, "it can be opened in its document"
    assert (first.title, first.address) == ("Shop", "https://a.example/shop")


def test_the_part_around_a_passage_is_given_once(known: Any) -> None:
    wanted = Wanted("back delivery", "words", most=5, wide=True)
    told = do(
        fill(known, "Handbook", "shop", RETURNS, 0, 90),
        known.find("Handbook", wanted, None),
    )
    (found,) = told[1]
    assert found.text == RETURNS


def test_a_document_is_replaced_as_a_whole_and_gone_at_once(known: Any) -> None:
    def look(question: str, degrees: float) -> Any:
        return known.find("Handbook", Wanted(question), meaning(degrees))

    told = do(
        fill(known, "Handbook", "shop", RETURNS, 0, 90),
        look("delivery", 90),
        fill(known, "Handbook", "shop", "Delivery takes five days.", 90),
        look("delivery", 90),
        known.digest("Handbook", "shop"),
        known.remove("Handbook", "shop"),
        known.remove("Handbook", "shop"),
        look("delivery", 90),
        known.digest("Handbook", "shop"),
        known.digest("Nowhere", "shop"),
    )
    assert "Two days." in told[1][0].text
    assert [one.text for one in told[3]] == ["Delivery takes five days."]
    assert told[4] == digest("Delivery takes five days.")
    assert (told[5], told[6], told[7], told[8], told[9]) == (True, False, [], None, None)
    assert Passage.objects.count() == 0


def test_only_documents_of_which_something_holds(known: Any) -> None:
    rows = [{"left": "kind", "operator": "equals", "right": "rule"}]
    only = Wanted("lamps", "both", where={"match": "all", "rows": rows})
    told = do(
        fill(known, "Handbook", "a", "Lamps are sold in pairs.", 0, kind="rule"),
        fill(known, "Handbook", "b", "Lamps are warm.", 0, kind="news"),
        fill(known, "Handbook", "c", "No kind of lamps.", 0),
        known.find("Handbook", only, meaning(0)),
    )
    assert [one.document for one in told[3]] == ["a"]


def test_what_goes_wrong_is_said(known: Any) -> None:
    wrong: list[tuple[Any, str]] = [
        (lambda: known.find("Nowhere", Wanted("x"), meaning(0)), "no collection called"),
        (lambda: known.find("Handbook", Wanted("x"), meaning(0, model="n")), "another model"),
        (
            lambda: known.put("Handbook", document("d", "x"), parts("x"), meaning(0, model="n")),
            "another model",
        ),
        (lambda: known.put(" ", document("d", "x"), parts("x"), meaning(0)), "has a name"),
    ]
    do(fill(known, "Handbook", "a", "Lamps.", 0))
    for ask, sentence in wrong:
        with pytest.raises(NodeError, match=sentence):
            asyncio.run(ask())


def test_workspaces_keep_apart(known: Any, world: ServerWorld) -> None:
    other = world.knowledge(str(uuid4()))
    do(fill(known, "Handbook", "a", "Lamps.", 0), fill(other, "Handbook", "b", "Lamps.", 0))
    (found,) = do(known.find("Handbook", Wanted("lamps"), meaning(0)))
    assert [one.document for one in found] == ["a"]


def test_two_who_fill_a_new_collection_at_once_fill_one(house: House) -> None:
    workspace = house.place.workspace.id

    def put(number: int) -> None:
        text = f"Lamp number {number}."
        made = document(f"d{number}", text)
        knowledge.put(workspace, "Lamps", made, parts(text), meaning(number), now=0.0)

    at_once(put, range(4))
    assert Collection.objects.filter(name="Lamps").count() == 1
    assert Document.objects.filter(collection__name="Lamps").count() == 4
    Collection.objects.all().delete()


def test_what_is_held_in_memory_follows_each_change(known: Any) -> None:
    held = Vectors()

    def nearest() -> list[int]:
        home = Collection.objects.get(name="Handbook")
        return [id_ for id_, _ in held.nearest(home.pk, home.turn, at(0), 9, None)]

    def there() -> list[int]:
        return list(Passage.objects.order_by("id").values_list("id", flat=True))

    do(fill(known, "Handbook", "a", "Lamps.", 0), fill(known, "Handbook", "b", "Chairs.", 10))
    assert nearest() == there()
    do(fill(known, "Handbook", "c", "Beds.", 20), known.remove("Handbook", "a"))
    assert nearest() == there()
    do(known.remove("Handbook", "b"), known.remove("Handbook", "c"))
    assert nearest() == []


def test_words_that_say_nothing_are_not_looked_for() -> None:
    assert asked_words("How do I send it back?") == ["send", "back"]
    assert asked_words("Wie ist die Frist für RX-77?") == ["frist", "rx", "77"]
    assert asked_words("What is it?") == ["what", "is", "it"], "all of them where there is no other"
