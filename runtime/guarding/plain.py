"""A text as a model reads it, with the way back to where each letter stood.

Unicode's compatibility forms (NFKD, UAX #15) without accents, small letters, letters of other
scripts that look like Latin ones, invisible characters left out; pieces in base64 or hex decoded
once.
"""

from __future__ import annotations

import base64
import binascii
import string
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runtime.guarding.spans import compiled, matches

_ALIKE = str.maketrans(
    "аеорсухіјѕԁɡһԛԝѵοαενικρτυχ", "aeopcyxijsdghqwvoaevikptux"
)  # Cyrillic and Greek letters that look like Latin ones
_DIGITS = str.maketrans("013457@$", "oieastas")
_TAGS = range(0xE0000, 0xE0080)
_ENCODED = compiled(r"\b[A-Za-z0-9+/_\-]{12,}={0,2}|\b(?:[0-9a-f]{2}[ :]?){8,}")
_MOST_PIECES = 200
_PRINTABLE = 0.9


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read, and from which character each letter came (None: they are the same)."""

    text: str
    places: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of it stood in the text."""
        if self.places is None or not self.places:
            return start, end
        return self.places[start], self.places[max(start, end - 1)] + 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that was written in another way, and what it says."""

    start: int
    end: int
    how: str
    says: str


def as_read(text: str) -> Reading:
    """The text without what only hides words from a search."""
    if text.isascii():
        return Reading(text.lower())
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for part in _plain_letter(letter):
            letters.append(part)
            places.append(place)
    return Reading("".join(letters), places)


def without_digits(reading: Reading) -> Reading:
    """Words written with digits in them (`1gn0re`) as letters; numbers stay."""
    words = []
    for word in reading.text.split(" "):
        mixed = any(c.isalpha() for c in word) and any(c in "013457@$" for c in word)
        words.append(word.translate(_DIGITS) if mixed else word)
    return Reading(" ".join(words), reading.places)


def spaced_out(reading: Reading) -> Iterator[tuple[int, int, str]]:
    """Words written letter by letter (`i g n o r e`): where, and the letters without the gaps."""
    for found in matches(_SPACED, reading.text):
        letters = "".join(c for c in found.group() if c.isalnum())
        yield found.start(), found.end(), letters


def tag_letters(text: str) -> Iterator[tuple[int, int]]:
    """Runs of tag characters: nobody sees them, and models read them as letters."""
    start = None
    for place, letter in enumerate(text if not text.isascii() else ""):
        if ord(letter) in _TAGS:
            start = place if start is None else start
        elif start is not None:
            yield start, place
            start = None
    if start is not None:
        yield start, len(text)


def decoded(text: str) -> Iterator[Piece]:
    """Parts in base64 or hex that give readable text."""
    for number, found in enumerate(matches(_ENCODED, text)):
        if number == _MOST_PIECES:
            return
        for how, raw in _decodings(found.group()):
            says = _readable(raw)
            if says:
                yield Piece(found.start(), found.end(), how, says)
                break


def _plain_letter(letter: str) -> str:
    code = ord(letter)
    if code < 128:
        return letter.lower()
    if code in _TAGS or unicodedata.category(letter) == "Cf":
        return ""
    apart = unicodedata.normalize("NFKD", letter).lower().translate(_ALIKE)
    return "".join(part for part in apart if unicodedata.category(part) != "Mn")


def _decodings(piece: str) -> Iterator[tuple[str, bytes]]:
    bare = piece.replace(" ", "").replace(":", "")
    if len(bare) % 2 == 0 and all(letter in string.hexdigits for letter in bare):
        yield "hex", bytes.fromhex(bare)
    padded = piece.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        yield "base64", base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return


def _readable(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return ""
    good = sum(letter.isalnum() or letter in " .,;:!?'\"-\n" for letter in text)
    return text if len(text) >= 6 and good >= _PRINTABLE * len(text) else ""


_SPACED = compiled(r"\b(?:[a-z0-9][ ._\-*]{1,3}){6,}[a-z0-9]\b")
