"""Reads and writes the .po file of a language, and makes of it what gettext reads.

Only what this product needs: one file, sorted, without places in the code, so that two branches
that add words seldom meet in it. The formats: https://www.gnu.org/software/gettext/manual/.
"""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from builder.texts.in_code import Text

HEADER = (
    "Content-Type: text/plain; charset=UTF-8\\n"
    "Content-Transfer-Encoding: 8bit\\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\\n"
).replace("\\n", "\n")
_MAGIC = 0x950412DE

Words = dict[Text, tuple[str, ...]]  # what is said for each; empty where nothing is yet


def read_po(path: Path) -> Words:
    """Return the entries of a file, its header left out."""
    found: Words = {}
    for entry in path.read_text(encoding="utf-8").split("\n\n"):
        singular, plural, said = _entry(entry.splitlines())
        if singular:
            found[singular, plural] = tuple(said)
    return found


def write_po(path: Path, words: Mapping[Text, tuple[str, ...]]) -> None:
    """Write the entries in the order of the alphabet."""
    entries = [_po_entry(("", None), (HEADER,))]
    entries += [_po_entry(text, words[text]) for text in sorted(words, key=_sorting)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(entries), encoding="utf-8")


def merged(known: Mapping[Text, tuple[str, ...]], texts: Iterable[Text]) -> Words:
    """Return an entry for each text: what is said already, or nothing yet."""
    return {text: known.get(text) or ("",) * (2 if text[1] is not None else 1) for text in texts}


def compiled(words: Mapping[Text, tuple[str, ...]]) -> bytes:
    """Return the .mo file: what is not said yet is left out, so that English stands there."""
    pairs = [(b"", HEADER.encode())]
    for (singular, plural), said in words.items():
        if all(said):
            key = singular if plural is None else f"{singular}\0{plural}"
            pairs.append((key.encode(), "\0".join(said).encode()))
    return _mo(sorted(pairs))


def _mo(pairs: list[tuple[bytes, bytes]]) -> bytes:
    """Return the tables of lengths and places, and then all keys and all words."""
    start = 7 * 4 + 16 * len(pairs)
    tables: list[list[int]] = [[], []]
    texts = b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += [len(pair[side]), start + len(texts)]
            texts += pair[side] + b"\0"
    head = (_MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return struct.pack(f"<{7 + 4 * len(pairs)}I", *head, *tables[0], *tables[1]) + texts


def _entry(lines: Iterable[str]) -> tuple[str, str | None, list[str]]:
    texts: dict[str, str] = {}
    name = ""
    for line in lines:
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith('"'):
            name, _, quoted = line.partition(" ")
            texts[name] = ast.literal_eval(quoted)
        else:
            texts[name] += ast.literal_eval(line)
    said = [text for name, text in texts.items() if name.startswith("msgstr")]
    return texts.get("msgid", ""), texts.get("msgid_plural"), said


def _po_entry(text: Text, said: tuple[str, ...]) -> str:
    return "\n".join(_lines(text, said)) + "\n"


def _lines(text: Text, said: tuple[str, ...]) -> Iterator[str]:
    singular, plural = text
    yield f"msgid {_quoted(singular)}"
    if plural is None:
        yield f"msgstr {_quoted(said[0])}"
        return
    yield f"msgid_plural {_quoted(plural)}"
    yield from (f"msgstr[{number}] {_quoted(one)}" for number, one in enumerate(said))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _sorting(text: Text) -> tuple[str, str]:
    return text[0], text[1] or ""
