"""Passages: nothing is lost, tables stay whole, and each says what it stands under."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.knowledge.fuse import fused
from runtime.knowledge.pack import Quote, packed
from runtime.knowledge.split import Splitting, split, tokens_in
from runtime.knowledge.words import Shelf, scores, words_of

TEXT = """# Shop

Welcome. We sell lamps and chairs, and have done so for a while.

## Prices

| lamp | price |
|------|-------|
| A    | 20    |
| B    | 30    |

## Returns

Within 30 days. With the bill. Else we cannot take it back, much as we would like to.
"""


def test_each_passage_says_what_it_stands_under() -> None:
    found = split(TEXT, Splitting(100, 0))
    assert [piece.heading for piece in found] == ["Shop", "Shop › Prices", "Shop › Returns"]
    assert all(TEXT[piece.start : piece.end] == piece.text for piece in found)


def test_a_table_stays_whole_where_it_can() -> None:
    (prices,) = [piece for piece in split(TEXT, Splitting(100, 0)) if "Prices" in piece.heading]
    assert prices.text.count("|") == 12


def test_the_part_around_a_passage_holds_it() -> None:
    for piece in split(TEXT, Splitting(40, 0, wide=200)):
        assert piece.wide_start <= piece.start < piece.end <= piece.wide_end
        assert piece.wide_end - piece.wide_start <= 240


@pytest.mark.parametrize("unit", ["characters", "tokens"])
@given(
    text=st.text(alphabet=st.sampled_from("abc é.\n#|- "), max_size=400),
    size=st.integers(5, 80),
    overlap=st.integers(0, 40),
    headings=st.booleans(),
)
def test_every_word_is_in_a_passage_and_none_is_too_large(
    unit: str, text: str, size: int, overlap: int, headings: bool
) -> None:
    how = Splitting(size, overlap, "tokens" if unit == "tokens" else "characters", headings)
    found = split(text, how)
    covered = {n for piece in found for n in range(piece.start, piece.end)}
    assert all(n in covered for n, sign in enumerate(text) if not sign.isspace())
    measure = tokens_in if unit == "tokens" else len
    assert all(measure(piece.text) <= size for piece in found)
    assert all(text[piece.start : piece.end] == piece.text for piece in found)


def test_what_several_orders_agree_on_comes_first() -> None:
    assert fused([["a", "b", "c"], ["b", "d", "a"]]) == ["b", "a", "d", "c"]
    assert fused([["a"], ["b"]], [1.0, 2.0]) == ["b", "a"]
    assert fused([[], ["a"]]) == ["a"]


def test_rare_words_weigh_more_than_frequent_ones() -> None:
    texts = [words_of("lamp lamp lamp"), words_of("lamp rx77"), words_of("chair")]
    shelf = Shelf(100, 2.0, {"lamp": 60, "rx77": 1})
    often, rare, none = scores(["lamp", "rx77"], texts, shelf)
    assert rare > often > none == 0.0


def test_sources_are_numbered_given_once_and_cut_to_what_fits() -> None:
    quotes = [
        Quote("Returns", "Within 30 days.", "read 2026-03-30"),
        Quote("The same again", "Within  30 days."),
        Quote("Too long", "word " * 1_000),
        Quote("Delivery", "Two days."),
    ]
    text, taken = packed(quotes, 100)
    assert taken == [0, 3]
    assert text == ("[1] Returns (read 2026-03-30)\nWithin 30 days.\n\n[2] Delivery\nTwo days.")
