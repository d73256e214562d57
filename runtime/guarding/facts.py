"""What in a sentence can be held against a source by itself: numbers, dates, names, words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan", "januar", "jänner"),
            ("february", "feb", "februar"),
            ("march", "mar", "märz", "mär"),
            ("april", "apr"),
            ("may", "mai"),
            ("june", "jun", "juni"),
            ("july", "jul", "juli"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct", "oktober", "okt"),
            ("november", "nov"),
            ("december", "dec", "dezember", "dez"),
        ),
        1,
    )
    for name in names
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAYS = (
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b"),
    re.compile(r"\b(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})\b"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<n>{_MONTH})\.?,?\s+(?P<y>\d{{4}})\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<n>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})\b",
        re.IGNORECASE,
    ),
)
_MONTH_OF_YEAR = re.compile(rf"\b(?P<n>{_MONTH})\.?,?\s+(?P<y>\d{{4}})\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![\w.,])[-+]?\d+(?:[.,'\u2019\u00a0]\d+)*"
    r"(?:\s?(million|millionen|mio|billion|milliarden?|mrd|thousand|tausend|hundred|hundert|k|m)\b)?",
    re.IGNORECASE,
)
_TIMES = {
    "hundred": 100, "hundert": 100, "k": 1_000, "thousand": 1_000, "tausend": 1_000,
    "m": 1_000_000, "million": 1_000_000, "millionen": 1_000_000, "mio": 1_000_000,
    "billion": 1e9, "milliarde": 1e9, "milliarden": 1e9, "mrd": 1e9,
}  # fmt: skip
_GROUPS = re.compile(r"[-+]?\d{1,3}(?:[.,'\u2019\u00a0]\d{3})+")
_COUNTED = {
    word: str(number)
    for number, words in enumerate(
        (
            ("two", "zwei"),
            ("three", "drei"),
            ("four", "vier"),
            ("five", "fünf"),
            ("six", "sechs"),
            ("seven", "sieben"),
            ("eight", "acht"),
            ("nine", "neun"),
            ("ten", "zehn"),
            ("eleven", "elf"),
            ("twelve", "zwölf"),
        ),
        2,
    )
    for word in words
}
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_GERMAN = re.compile(
    r"\b(?:der|die|das|und|ist|nicht|ein|eine|mit|von|für|wird|hat|sind|auf|den|dem|im|zum)\b"
)
_NOT = re.compile(
    r"\b(?:not|no|never|none|neither|nobody|without|cannot|can't|won't|isn't|aren't|doesn't|don't"
    r"|didn't|wasn't|weren't|hasn't|haven't|nicht|kein\w*|nie|niemals|niemand|ohne|weder)\b",
    re.IGNORECASE,
)
_COMMON_WORDS = (
    "the and for are was were with that this from has have had its not you your our their his her "
    "they them will would can could should may might must been being than then there here also "
    "but into about over under after before between which who whom what when where why how all "
    "any each more most some such only very just does did done due per via one on in at of to is "
    "it as by be or an a i we he she no so if do "
    "der die das und ist sind war waren mit von für auf den dem des ein eine einen einem einer "
    "nicht auch als bei aus nach vor über unter sich wird werden hat haben hatte kann können soll "
    "muss dass wie was wer wenn aber oder nur noch sehr schon mehr zum zur im am es er sie wir ihr "
    "ich so zu in an um bis seit durch"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_STEM = 5


@dataclass(frozen=True, slots=True)
class Facts:
    """`numbers` are sets: a number may be read in several ways, and one of them must occur."""

    numbers: tuple[frozenset[str], ...]
    dates: frozenset[str]
    names: frozenset[str]
    words: frozenset[str]
    negated: bool


def facts_of(text: str) -> Facts:
    """The facts of a sentence."""
    dates, rest = _dates(text)
    return Facts(
        tuple(dict.fromkeys(_numbers(rest))),
        frozenset(dates),
        frozenset(_names(text)),
        frozenset(_words(rest)),
        bool(_NOT.search(text)),
    )


def begins_with_month(text: str) -> bool:
    """Whether its first word is a month."""
    first = _WORD.match(text)
    return first is not None and first.group().lower() in _MONTHS


def stem(word: str) -> str:
    """The beginning by which forms of a word are taken for one."""
    bare = unicodedata.normalize("NFC", word).casefold().replace("'s", "").replace("’s", "")
    return bare[:_STEM]


def _dates(text: str) -> tuple[set[str], str]:
    """The days (also as month and year) and months in a text, and the text without them."""
    found: set[str] = set()

    def day(match: re.Match[str]) -> str:
        groups = match.groupdict()
        month = _MONTHS[groups["n"].lower()] if groups.get("n") else int(groups["m"])
        try:
            found.add(date(int(groups["y"]), month, int(groups["d"])).isoformat())
        except ValueError:
            return match.group()
        return " "

    def month(match: re.Match[str]) -> str:
        found.add(f"{match['y']}-{_MONTHS[match['n'].lower()]:02d}")
        return " "

    for pattern in _DAYS:
        text = pattern.sub(day, text)
    return found, _MONTH_OF_YEAR.sub(month, text)


def _numbers(text: str) -> Iterator[frozenset[str]]:
    for match in _NUMBER.finditer(text):
        times = _TIMES.get((match[1] or "").lower(), 1)
        digits = match.group().removesuffix(match[1] or "").strip()
        yield frozenset(f"{value * times:.10g}" for value in _read(digits))
    for word in _WORD.findall(text.lower()):
        if word in _COUNTED:
            yield frozenset({_COUNTED[word]})


def _read(digits: str) -> Iterator[float]:
    """What a number may mean: 1.200 is twelve hundred to some and one and a fifth to others."""
    bare = re.sub(r"['\u2019\u00a0]", "", digits)
    if _GROUPS.fullmatch(digits):
        yield float(re.sub(r"[.,]", "", bare))
    last = max(bare.rfind("."), bare.rfind(","))
    whole = re.sub(r"[.,]", "", bare[:last]) if last > 0 else bare
    if last < 0 or bare.count(bare[last]) == 1:
        yield float(f"{whole}.{bare[last + 1 :]}" if last > 0 else bare)


def _names(text: str) -> Iterator[str]:
    """Words that are names by how they are written. German writes all nouns large: there only
    those in capitals, with digits, or two in a row."""
    words = list(_WORD.finditer(text))
    german = len(_GERMAN.findall(text.lower())) * 6 >= len(words) > 0
    large = [match.group()[0].isupper() and match.group() not in ("I", "I'm") for match in words]
    for number, match in enumerate(words):
        word = match.group()
        if not word[0].isalpha() or word.casefold() in _COMMON or word.casefold() in _MONTHS:
            continue
        odd = (word.isupper() and len(word) > 1) or any(
            letter.isupper() or letter.isdigit() for letter in word[1:]
        )
        in_a_row = (number > 0 and large[number - 1]) or (
            number + 1 < len(words) and large[number + 1]
        )
        plain = large[number] and number > 0 and not german
        if odd or (large[number] and in_a_row and not german) or plain:
            yield stem(word)


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        common = word.casefold() in _COMMON or word.lower() in _COUNTED or _NOT.fullmatch(word)
        if len(word) > 2 and not common and not word.isdigit():
            yield stem(word)
