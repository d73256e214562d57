"""How well the checks do on labelled texts: the floors hold, and the page says the truth."""

import pytest

from tests.guarding.corpus import CORPORA, figures, lines
from tests.guarding.figures import PAGE, written

# Precision and recall, for each kind of a corpus.
FLOORS = {
    "personal": (0.95, 0.95),
    "secrets": (0.95, 0.95),
    "injection": (0.95, 0.9),
    "harm": (0.9, 0.9),
}


@pytest.mark.parametrize("name", CORPORA)
def test_floors_hold(name: str) -> None:
    precision, recall = FLOORS[name]
    for kind, figure in figures(name).items():
        assert figure.precision >= precision, (kind, figure)
        assert figure.recall >= recall, (kind, figure)


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
