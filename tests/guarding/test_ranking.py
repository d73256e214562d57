"""Places, ties and drawn orders."""

import pytest

from runtime.guarding.ranking import letters, of_pairs, pairs, ranked, shuffled, weighted

PLACES: list[tuple[list[float], list[tuple[int, int]]]] = [
    ([], []),
    ([3], [(0, 1)]),
    ([1, 3, 2], [(1, 1), (2, 2), (0, 3)]),
    ([2, 2, 1], [(0, 1), (1, 1), (2, 3)]),
    ([0.1 + 0.2, 0.3], [(0, 1), (1, 1)]),
]


@pytest.mark.parametrize(("scores", "placed"), PLACES)
def test_equal_scores_share_a_place(scores: list[float], placed: list[tuple[int, int]]) -> None:
    assert [(one.number, one.place) for one in ranked(scores)] == placed


def test_weights_count() -> None:
    assert weighted({"a": 10, "b": 4}, {"a": 1, "b": 2}) == 6


def test_the_drawn_order_is_the_same_for_the_same_number_and_favours_nobody() -> None:
    assert shuffled(9, "1") == shuffled(9, "1") != shuffled(9, "2")
    assert sorted(shuffled(9, "1")) == list(range(9))
    first = [shuffled(3, str(seed))[0] for seed in range(300)]
    assert all(70 < first.count(one) < 130 for one in range(3))
    drawn = pairs(4, "1")
    assert sorted(tuple(sorted(pair)) for pair in drawn) == [
        (0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3),
    ]  # fmt: skip
    assert any(one > other for one, other in pairs(5, "1"))


def test_duels_won_make_the_score() -> None:
    duels = [((0, 1), {"a": "first"}), ((2, 0), {"a": "equal"}), ((1, 2), {"a": "second"})]
    assert of_pairs(3, duels, ["a"]) == [{"a": 7.5}, {"a": 0.0}, {"a": 7.5}]


def test_letters_do_not_run_out() -> None:
    assert letters(28)[-3:] == ["Z", "AA", "AB"]
