"""How well the checks do on labelled texts: the floors hold, and the page says the truth."""

import pytest

from tests.guarding.corpus import CORPORA, Figures, figures, lines
from tests.guarding.figures import PAGE, written

# Precision and recall, for each kind of a corpus.
FLOORS = {
    "personal": (0.95, 0.95),
    "secrets": (0.95, 0.95),
    "injection": (0.95, 0.9),
    "harm": (0.9, 0.9),
}
# Over all kinds together, on texts that no rule was made for.
NEW_FLOORS = {
    "personal": (0.9, 0.8),
    "secrets": (0.9, 0.7),
    "injection": (0.9, 0.25),
    "harm": (0.9, 0.1),
}


@pytest.mark.parametrize("name", CORPORA)
def test_floors_hold(name: str) -> None:
    precision, recall = FLOORS[name]
    for kind, figure in figures(name).items():
        assert figure.precision >= precision, (kind, figure)
        assert figure.recall >= recall, (kind, figure)


@pytest.mark.parametrize("name", CORPORA)
def test_floors_hold_on_texts_that_no_rule_was_made_for(name: str) -> None:
    each = figures(name, held_out=True).values()
    found, missed = sum(one.found for one in each), sum(one.missed for one in each)
    figure = Figures(found, missed, sum(one.wrong for one in each))
    precision, recall = NEW_FLOORS[name]
    assert figure.precision >= precision, figure
    assert figure.recall >= recall, figure
    known = {line.text for line in lines(name)}
    assert not [line for line in lines(name, held_out=True) if line.text in known]


@pytest.mark.parametrize("name", CORPORA)
def test_a_corpus_is_large_enough_and_has_what_only_looks_like_it(name: str) -> None:
    read = lines(name)
    assert len(read) >= 150
    assert sum(not line.labels for line in read) >= 60
    assert len({line.text for line in read}) == len(read)


def test_the_page_says_the_figures_of_now() -> None:
    # To bring it up to date: `python -m tests.guarding.figures`.
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page)
