"""Finds the sentences in Python code: those that go through gettext, and those of the pure layers.

The pure layers import no Django, so they say what they have to say in English. Their sentences are
found by what they look like, translated where they leave (`runtime/services/spoken.py`), and stand
in the same .po file: what is filled in has a name in curly brackets.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

Text = tuple[str, str | None]  # singular, and plural where there is one

_GETTEXT = {"_", "_lazy", "_now", "gettext", "gettext_lazy"}
_PLURALS = {"ngettext", "ngettext_lazy"}
# What looks like a sentence and is not: data, patterns, SQL, formulas, markup.
_NOISE = re.compile(
    r"\{\{|\w\|\w|gzip|[#*]\d|[\\^$<>=;\n\t`]|__|\b(?:SELECT|BEGIN|UPDATE|INSERT|Bearer|Basic|Content-)"
    r"|^[-*]|\w+\.\w+\(|^[a-z-]+/[a-z-]+|^\{\w+\}: \{error\}$|^\(|utf-8|\w=\w"
)
# A whole sentence of plain words may hold a sign that data holds too.
_SENTENCE = re.compile(r"[A-Z“][^\n\\^$|`<>]*[a-z”] [^\n\\^$|`<>(]*\.")
_WORDS = re.compile(r"[^\W\d_]{2,}")
# Class attributes that hold data or are found by asking the class itself.
_DATA = {"examples", "output_sample", "keywords"}


def marked(tree: ast.Module) -> Iterator[Text]:
    """Yield what is given to gettext."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
            continue
        first = _plain(node.args[0])
        if first is None:
            continue
        if node.func.id in _GETTEXT:
            yield first, None
        elif node.func.id in _PLURALS:
            yield first, _plain(node.args[1])


def sentences(tree: ast.AST) -> Iterator[Text]:
    """Yield what code without gettext says, with a name for each part that is filled in."""
    passed_over = set(_not_words(tree))
    for node in ast.walk(tree):
        text = None if id(node) in passed_over else template_of(node)
        if text is not None and _is_said(text):
            yield text, None


def errors(tree: ast.Module) -> Iterator[Text]:
    """Yield the sentences of errors alone: the rest of such code speaks to models and machines."""
    for node in ast.walk(tree):
        made = node.func if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Raise) or (
            isinstance(made, ast.Name) and made.id.endswith("Error")
        ):
            yield from sentences(node)


def template_of(node: ast.AST) -> str | None:
    """Return a string's text; of an f-string with `{name}` for each part."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    names: list[str] = []
    parts: list[str] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            names.append(_unlike(_name(part.value), names))
            parts.append(f"{{{names[-1]}}}")
    return "".join(parts)


def parsed(folder: Path, without: Collection[str] = ()) -> Iterator[ast.Module]:
    """Yield the modules below a folder."""
    for path in sorted(folder.rglob("*.py")):
        if not {"migrations", *without} & set(path.parts):
            yield ast.parse(path.read_text(encoding="utf-8"))


def _is_said(text: str) -> bool:
    if (_NOISE.search(text) and not _SENTENCE.fullmatch(text)) or "%" in text:
        return False
    bare = re.sub(r"\{\w+\}", " ", text)
    return " " in text.strip() and bool(_WORDS.search(bare))


def _plain(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _not_words(tree: ast.AST) -> Iterator[int]:
    """Yield the ids of docstrings, of pieces of f-strings, and of data."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr):
                yield id(first.value)
        elif isinstance(node, ast.JoinedStr):
            yield from (id(part) for part in ast.walk(node) if part is not node)
        elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id in _DATA for target in node.targets
        ):
            yield from map(id, ast.walk(node))


def _name(node: ast.expr) -> str:
    """Return a short name for what an expression gives: `node.label` is the node."""
    match node:
        case ast.Name():
            return node.id.lower().strip("_")
        case ast.Attribute(value=inner, attr="label" | "name" | "value" | "display_name"):
            return _name(inner)
        case ast.Attribute():
            return node.attr
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            return key
        case ast.Subscript():
            return _name(node.value)
        case ast.Call():
            return _called(node)
        case ast.BinOp():
            return _name(node.left)
        case ast.IfExp():
            return _name(node.body)
    return "value"


def _called(node: ast.Call) -> str:
    match node:
        case ast.Call(func=ast.Attribute(attr="join"), args=[inner]):
            return _name(inner)
        case ast.Call(func=ast.Attribute(attr=attr)):
            return attr.strip("_")
        case ast.Call(func=ast.Name(id="len" | "str" | "int" | "round" | "max"), args=[inner, *_]):
            return _name(inner)
        case ast.Call(func=ast.Name(id=name)):
            return name.strip("_")
    return "value"


def _unlike(name: str, taken: list[str]) -> str:
    return name if name not in taken else f"{name}_{taken.count(name) + 1}"
