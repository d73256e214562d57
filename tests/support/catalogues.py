"""The words of both catalogues, to tell English that was left on a German page."""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from builder.texts.po import read_po

CANVAS = Path(settings.BASE_DIR) / "frontend" / "src" / "i18n"
ENTRY = re.compile(r'"([\w.]+)":\s*("(?:[^"\\]|\\.)*")')
HOLE = re.compile(r"\{\{\w+\}\}|%\(\w+\)[sd]|%[sd]|\{\w+\}")
# A pattern with fewer letters of its own would fit nearly everything.
LEAST = 8


@lru_cache(maxsize=1)
def left_in_english() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Return what must not be read on a German page: texts, and texts with parts."""
    pairs = [*_of_the_canvas(), *_of_the_server()]
    german = {said for _, said in pairs}
    english = {text for text, said in pairs if text != said and text not in german}
    plain = frozenset(text for text in english if not HOLE.search(text))
    parted = [text for text in english if HOLE.search(text)]
    strong = [text for text in parted if len(re.sub(r"[^a-zA-Z]", "", HOLE.sub("", text))) >= LEAST]
    return plain, tuple(_pattern(text) for text in strong)


def english_in(texts: set[str]) -> list[str]:
    """Return those that are English texts of ours."""
    plain, patterns = left_in_english()
    return sorted(
        text for text in texts if text in plain or any(one.fullmatch(text) for one in patterns)
    )


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".+?".join(re.escape(piece) for piece in HOLE.split(text)), re.DOTALL)


def _of_the_canvas() -> list[tuple[str, str]]:
    english, german = _texts(CANVAS.glob("*.ts")), _texts((CANVAS / "de").glob("*.ts"))
    return [(text, german[key]) for key, text in english.items() if key in german]


def _texts(paths: Iterable[Path]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in paths:
        found |= {key: json.loads(text) for key, text in ENTRY.findall(path.read_text())}
    return found


def _of_the_server() -> list[tuple[str, str]]:
    words = read_po(Path(settings.LOCALE_PATHS[0]) / "de" / "LC_MESSAGES" / "django.po")
    pairs = [(text[0].strip(), said[0].strip()) for text, said in words.items()]
    return pairs + [(text[1], said[1]) for text, said in words.items() if text[1]]
