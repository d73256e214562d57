"""What an answer claims, and whether sources say it, by their words."""

import time

import pytest

from runtime.guarding.claims import by_words, claims_of, missing_facts, sentences, sources_of
from runtime.guarding.facts import facts_of

SOURCES = [
    (
        "Ada Lovelace was born in London on 10 December 1815. She wrote the first program in 1843. "
        "Her father, Lord Byron, never met her again. She had three children."
    ),
    (
        "The parcel service delivers on weekdays. A parcel of 2.5 kg costs 6,90 EUR. "
        "Returns are not accepted after 30 days. The firm has 1,200 shops in Germany."
    ),
    (
        "Das Museum öffnet am 3. März 2026. Der Eintritt kostet 12 Euro, Kinder zahlen nichts. "
        "Hunde sind im Haus nicht erlaubt."
    ),
]
CLAIMS = [
    ("Ada Lovelace was born on 10 December 1815 in London.", 1),
    ("Ada Lovelace was born in December 1815.", 1),
    ("Lovelace was born 1815-12-10.", 1),
    ("She had 3 children.", 1),
    ("In 1843 she wrote the first program.", 1),
    ("A parcel of 2,5 kg costs 6.90 EUR.", 2),
    ("Returns are not accepted after 30 days.", 2),
    ("The firm has 1200 shops in Germany.", 2),
    ("Das Museum öffnet am 3.3.2026.", 3),
    ("Kinder zahlen im Museum nichts.", 3),
    ("Hunde sind nicht erlaubt.", 3),
    ("Der Eintritt kostet zwölf Euro.", 3),
    ("Ada Lovelace was born in Paris on 10 December 1815.", None),
    ("Ada Lovelace was born on 11 December 1815 in London.", None),
    ("She had four children.", None),
    ("She wrote the first program in 1844.", None),
    ("Charles Babbage wrote the first program.", None),
    ("A parcel of 2.5 kg costs 7.90 EUR.", None),
    ("A parcel of 30 kg costs 6.90 EUR.", None),
    ("Returns are accepted after 30 days.", None),
    ("The firm has 1,200 shops in France.", None),
    ("The firm has 12 shops in Germany.", None),
    ("Das Museum öffnet am 4. März 2026.", None),
    ("Hunde sind im Haus erlaubt.", None),
    ("Der Eintritt kostet 15 Euro.", None),
    ("The founder likes to sail across the Atlantic.", None),
    ("Bananas contain potassium.", None),
]


@pytest.mark.parametrize(("claim", "source"), CLAIMS)
def test_a_claim_is_held_against_the_sources(claim: str, source: int | None) -> None:
    (held,) = by_words([claim], SOURCES)
    assert held.source == source


def test_what_is_missing_is_named() -> None:
    (held,) = by_words(["It cost 99 EUR on 5 May 2020."], SOURCES)
    assert held.missing == ["2020-05-05", "99"]
    assert held.plain()["says"] == "nothing supports it"
    assert missing_facts(["It costs 12 Euro in March 2026.", "It has 77."], SOURCES) == [[], ["77"]]


CUT = [
    ("One is here. Two is there.", ["One is here.", "Two is there."]),
    ("Dr. Weber met Mr. Lee. They talked.", ["Dr. Weber met Mr. Lee.", "They talked."]),
    ("Am 3. März ist zu. Danach ist offen.", ["Am 3. März ist zu.", "Danach ist offen."]),
    ("It costs 3.50 today! Why? So.", ["It costs 3.50 today!", "Why?", "So."]),
    ("He has 3. Bob has 4.", ["He has 3.", "Bob has 4."]),
    ("- first line\n- second line", ["- first line", "- second line"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "found"), CUT)
def test_a_text_is_cut_into_sentences(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_only_what_claims_something_is_held() -> None:
    answer = "Hello! Thank you.\n1. The shop opens at 9 [2].\nAnything else?\nYes."
    assert claims_of(answer) == ["The shop opens at 9."]
    assert claims_of("") == []


NUMBERS = [
    ("1,200", {"1200", "1.2"}),
    ("1.200", {"1200", "1.2"}),
    ("1.234.567,89", {"1234567.89"}),
    ("3,5 Mio.", {"3500000"}),
    ("2 thousand", {"2000"}),
    ("-7", {"-7"}),
    ("seven", {"7"}),
]


@pytest.mark.parametrize(("text", "ways"), NUMBERS)
def test_a_number_may_be_read_in_several_ways(text: str, ways: set[str]) -> None:
    assert [set(number) for number in facts_of(text).numbers] == [ways]


@pytest.mark.parametrize(
    "letters", ["Dr. ", "a. ", "1. May ", "9 ", '."', "Ada has 3 cats. ", "\n"]
)
def test_no_text_holds_it_up(letters: str) -> None:
    text = letters * (150_000 // len(letters))
    began = time.monotonic()
    by_words(["Ada has three cats.", "Bob has 4 dogs."], [text])
    claims_of(text)
    assert time.monotonic() - began < 10


def test_sources_come_in_several_shapes() -> None:
    assert sources_of("a") == ["a"]
    assert sources_of(["a", {"text": "b"}, {"content": "c"}, "", None]) == ["a", "b", "c"]
    assert sources_of({"n": 1}) == ['{"n":1}']
    assert sources_of(None) == []
