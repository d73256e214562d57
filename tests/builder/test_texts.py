"""Every text that people read is in the catalogue, with its parts, and is compiled."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from builder.catalogue import catalogue
from builder.texts.collect import collect
from builder.texts.in_code import Text
from builder.texts.po import Words, compiled, read_po
from runtime.services.spoken import spoken, spoken_issue

PO = Path(settings.LOCALE_PATHS[0]) / "de" / "LC_MESSAGES" / "django.po"
PARTS = re.compile(r"%\(\w+\)[sd]|%[sd]|%\.1f|\{\w+\}|</?\w+")


@pytest.fixture(scope="module")
def german() -> Words:
    return read_po(PO)


@pytest.fixture(scope="module")
def texts() -> set[Text]:
    return collect()


def test_every_text_is_in_the_catalogue_and_said(german: Words, texts: set[Text]) -> None:
    # To bring it up to date: `python3 manage.py texts`, then say what is missing in German.
    assert sorted(text[0] for text in texts - set(german)) == []
    assert sorted(text[0] for text in set(german) - texts) == []
    assert [text[0] for text, said in german.items() if not all(said)] == []


def test_what_is_filled_in_is_the_same(german: Words) -> None:
    for (singular, plural), said in german.items():
        wanted = set(PARTS.findall(singular + (plural or "")))
        assert (singular, set(PARTS.findall("".join(said)))) == (singular, wanted)


def test_the_compiled_catalogue_is_made_of_it(german: Words) -> None:
    assert PO.with_suffix(".mo").read_bytes() == compiled(german)


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("“Fetch” needs “Address”.", "„Fetch“ braucht „Adresse“."),
        (
            "“Address” of “Fetch” refers to a step “foo” that does not exist.",
            "„Adresse“ von „Fetch“ bezieht sich auf einen Schritt „foo“, den es nicht gibt.",
        ),
        (
            "“Exits 1 › Name” of “S” is not right: String should have at least 1 character.",
            "„Ausgänge 1 › Name“ von „S“ stimmt nicht: Der Text muss mindestens 1 Zeichen haben.",
        ),
        ("Tries again in 2 s: status 503.", "Versucht es in 2 s noch einmal: Status 503."),
        (
            "Every Monday, Tuesday and Friday at 09:00 and 10:00",
            "Jeden Montag, Dienstag und Freitag um 09:00 und 10:00",
        ),
        ("Every day at 09:00", "Jeden Tag um 09:00"),
        (
            "“a.example” did not answer within 3 s. A later try may help.",
            "„a.example“ antwortete nicht innerhalb von 3 s. Ein späterer Versuch kann helfen.",
        ),
        (
            "Succeeded, but 3 items failed on the way.",
            "Gelungen, doch unterwegs gescheitert: 3 Einträge.",
        ),
    ],
)
def test_a_sentence_is_said_with_the_names_people_gave(english: str, german: str) -> None:
    with override("de"):
        assert spoken(english) == german
    with override("en"):
        assert spoken(english) == english


@pytest.mark.parametrize(
    "own", ["Hello at home", "The shop is closed.", "", "Filter {x}", "“Order” needs care"]
)
def test_what_people_wrote_stays(own: str) -> None:
    with override("de"):
        assert spoken(own) == own


def test_a_step_keeps_its_name_though_the_word_is_known() -> None:
    with override("de"):
        assert spoken("“Filter” gave no items.") == "„Filter“ ergab keine Einträge."


def test_the_label_of_a_remedy_is_said_too() -> None:
    with override("de"):
        said = spoken_issue(
            {"message": "Nothing starts this flow.", "fix": "", "action": {"label": "Try once"}}
        )
    assert (said["message"], said["action"]["label"]) == (
        "Nichts startet diesen Ablauf.",
        "Einmal versuchen",
    )


def test_the_palette_differs_by_language_in_words_only() -> None:
    with override("de"):
        german = {node["type"]: node for node in catalogue()["node_types"]}
    with override("en"):
        english = {node["type"]: node for node in catalogue()["node_types"]}
    assert german["flow.if"]["name"] == "Wenn"
    assert "Mensch" in german["flow.approval"]["keywords"]
    assert "human" in german["flow.approval"]["keywords"]
    for name, node in german.items():
        assert node["default_params"] == english[name]["default_params"]
        assert node["output_sample"] == english[name]["output_sample"]
        assert [p["name"] for p in node["outputs"]] == [p["name"] for p in english[name]["outputs"]]
