"""Says in the reader's language what was said in English.

The pure layers, the nodes and the journal speak English: their sentences are kept as they were
made, so that each reader has them in a language of their own. Here, at the edge, a sentence is
looked up in the catalogue as it stands, or as one of its patterns: `“{node}” needs “{label}”.`
finds the words of every step and field. What is not known stays as it is; what people called
something is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation.trans_real import translation

# The parts of a sentence that are words of ours again. Others are names that people gave.
OURS = frozenset((
    "about", "allowed", "answer", "at", "broken", "cause", "cut", "error", "example",
    "failed_items", "holds", "host", "items", "kind_of", "label", "label_of", "listed",
    "message", "msg", "often", "ordinal", "part", "value", "what", "which_days", "why",
    "why_not_json", "within", "words", "words_2",
))  # fmt: skip
_HOLE = re.compile(r"\{(\w+)\}")
# What fills a hole stays within its sentence, else the first pattern would swallow the next one.
_ANY = r"((?:(?!(?<=[.!?…]) [A-Z“]).)+?)"
_ENGLISH_QUOTES = re.compile(r"“([^“”„]*)”")
_LETTERS = re.compile(r"[^\W\d_]")
# A pattern with fewer signs than this of its own would fit nearly everything.
_LEAST = 8
_NUMBERED = re.compile(r"(.*\S)( \d+)")
_SENTENCE_END = re.compile(r"(?<=[.!?…]) (?=[A-Z“])")


def spoken(sentence: str) -> str:
    """Return a sentence in the language that is active."""
    language = get_language() or "en"
    return sentence if language.startswith("en") or not sentence else _said(sentence, language)


def spoken_or_none(sentence: str | None) -> str | None:
    """Return the sentence in the language that is active, if there is one."""
    return None if sentence is None else spoken(sentence)


def spoken_error(error: Any) -> Any:
    """Return an error as runs keep it, with what it says and advises in words of the reader."""
    if not isinstance(error, dict):
        return error
    said = {k: spoken(v) for k, v in error.items() if k in ("message", "fix") and _is_text(v)}
    return {**error, **said}


def spoken_issue(issue: Mapping[str, Any]) -> dict[str, Any]:
    """Return a problem as the API sends it, with its sentences in words of the reader."""
    action = issue.get("action")
    if isinstance(action, dict) and _is_text(action.get("label")):
        action = {**action, "label": spoken(action["label"])}
    return {
        **issue,
        "message": spoken(issue["message"]),
        "fix": spoken(issue["fix"]),
        "action": action,
    }


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


@lru_cache(maxsize=8192)
def _said(sentence: str, language: str) -> str:
    found = _whole(sentence, language)
    if found is None:
        parts = _SENTENCE_END.split(sentence)
        said = [_whole(part, language) for part in parts]
        if not any(said):
            return sentence
        found = " ".join(one or part for one, part in zip(said, parts, strict=True))
    return _ENGLISH_QUOTES.sub(r"„\1“", found) if language.startswith("de") else found


def _whole(text: str, language: str) -> str | None:
    """Return what is said for all of a text, None where nothing is known of it."""
    if (said := gettext(text)) != text:
        return said
    for pattern in _patterns(language):
        if (said_so := pattern.say(text, language)) is not None:
            return said_so
    return None


def _part(text: str, language: str) -> str | None:
    """Return a part in words of the reader: a label, a path or list of them, a sentence again."""
    found = _whole(text, language)
    if found is not None:
        return found
    for between in (" › ", ", "):
        if between in text:
            return between.join(_part(one, language) or one for one in text.split(between))
    numbered = _NUMBERED.fullmatch(text)
    return f"{gettext(numbered[1])}{numbered[2]}" if numbered else None


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A sentence with parts. `weak`: it fits too much, so the first part must be ours too."""

    words: str
    finds: re.Pattern[str]
    longest: str  # text of its own: looking for it first spares most of the work
    names: tuple[str, ...]
    weak: bool

    def say(self, text: str, language: str) -> str | None:
        match = self.finds.fullmatch(text) if self.longest in text else None
        if match is None:
            return None
        parts = dict(zip(self.names, match.groups(), strict=True))
        said = {name: _part(part, language) for name, part in parts.items() if name in OURS}
        first = parts[self.names[0]]
        if self.weak and not (any(said.values()) or first.isdigit()):
            return None
        return self.words.format(**parts | {name: one for name, one in said.items() if one})


@lru_cache(maxsize=4)
def _patterns(language: str) -> tuple[_Pattern, ...]:
    """Return the catalogue's sentences with parts, those with most words of their own first."""
    catalogue: Mapping[Any, str] = vars(translation(language))["_catalog"]
    english = [key for key, words in catalogue.items() if isinstance(key, str) and words]
    found = [key for key in english if _HOLE.search(key) and _LETTERS.search(_bare(key))]
    found.sort(key=lambda key: len(_bare(key)), reverse=True)
    return tuple(_pattern(key, catalogue[key]) for key in found)


def _pattern(english: str, words: str) -> _Pattern:
    pieces = _HOLE.split(english)  # text, name, text, name, … text
    finds = re.compile(_ANY.join(re.escape(text) for text in pieces[::2]), re.DOTALL)
    weak = len(_bare(english).replace(" ", "")) < _LEAST
    longest = max(pieces[::2], key=len)
    return _Pattern(words, finds, longest, tuple(pieces[1::2]), weak)


def _bare(pattern: str) -> str:
    return _HOLE.sub("", pattern)
