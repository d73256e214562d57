"""The labelled corpora under tests/data/guarding, and how well each check does on them.

Rules may be improved until they do well on these. The texts in `held_out` say what that is worth:
they were written after the rules, and no rule may be changed because of one of them. Who needs
that moves the lines to the corpus and writes others in their place.

A line is `labels<TAB>text`: the kinds it must find, separated by commas, or `-` for a text that
only looks like it. No real secret stands in the tree: `{b62:36}` stands for 36 letters and digits
that are drawn anew, the same every time.
"""

import random
import re
import string
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from runtime.guarding import personal
from runtime.guarding.harm import scores
from runtime.guarding.injection import injections
from runtime.guarding.secrets import known_secrets, random_looking

DATA = Path(__file__).parent.parent / "data" / "guarding"
_DRAWN = re.compile(r"\{(b62|b64|hex|up):(\d+)\}")
_LETTERS = {
    "b62": string.ascii_letters + string.digits,
    "b64": string.ascii_letters + string.digits + "+/",
    "hex": "0123456789abcdef",
    "up": string.ascii_uppercase + string.digits,
}
FLAGGED_FROM = 0.5

Find = Callable[[str], Set[str]]


@dataclass(frozen=True)
class Line:
    labels: Set[str]
    text: str


@dataclass(frozen=True)
class Figures:
    """How many lines of a kind were found, missed, and found where there is nothing."""

    found: int
    missed: int
    wrong: int

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + self.wrong)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.found + self.missed)


def lines(name: str, *, held_out: bool = False) -> list[Line]:
    """Every line of a corpus; or of the one that was written when the rules were finished."""
    folder = DATA / "held_out" if held_out else DATA
    read = (folder / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [_line(number, line) for number, line in enumerate(read)]


def _line(number: int, line: str) -> Line:
    labels, _, text = line.partition("\t")
    dice = random.Random(number)

    def drawn(found: re.Match[str]) -> str:
        return "".join(dice.choice(_LETTERS[found[1]]) for _ in range(int(found[2])))

    kinds = frozenset() if labels == "-" else frozenset(labels.split(","))
    return Line(kinds, _DRAWN.sub(drawn, text))


def _personal(text: str) -> Set[str]:
    finders = (
        personal.emails, personal.phones, personal.ibans, personal.cards, personal.addresses,
        personal.identities,
    )  # fmt: skip
    return {span.kind for find in finders for span in find(text)}


def _secrets(text: str) -> Set[str]:
    return {span.kind for find in (known_secrets, random_looking) for span in find(text)}


def _injection(text: str) -> Set[str]:
    return {span.kind for span in injections(text)}


def _harm(text: str) -> Set[str]:
    return {kind for kind, sure in scores(text).items() if sure >= FLAGGED_FROM}


CORPORA: Mapping[str, Find] = {
    "personal": _personal,
    "secrets": _secrets,
    "injection": _injection,
    "harm": _harm,
}


def figures(name: str, *, held_out: bool = False) -> dict[str, Figures]:
    """For every kind of a corpus what its check found."""
    read = lines(name, held_out=held_out)
    judged = [(line.labels, CORPORA[name](line.text)) for line in read]
    kinds = sorted({kind for labels, _ in judged for kind in labels})
    return {
        kind: Figures(
            sum(kind in labels and kind in found for labels, found in judged),
            sum(kind in labels and kind not in found for labels, found in judged),
            sum(kind not in labels and kind in found for labels, found in judged),
        )
        for kind in kinds
    }


def slips(name: str, *, held_out: bool = False) -> Iterator[tuple[str, Set[str], Set[str], str]]:
    """The lines that a check gets wrong: what it missed, what it found there, and the text."""
    for line in lines(name, held_out=held_out):
        found = CORPORA[name](line.text)
        if found != line.labels:
            yield name, line.labels - found, found - line.labels, line.text
