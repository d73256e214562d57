"""Finds the words in Django's templates, as Django itself reads them for its own catalogues."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from builder.texts.in_code import Text

_CALL = re.compile(
    r"""\b(n?gettext|_)\(\s*(?:u?((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")))"""
    r"""(?:\s*,\s*u?((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")))?"""
)


def in_templates(folder: Path) -> Iterator[Text]:
    """Yield what the templates below a folder say."""
    for path in sorted(folder.rglob("*.html")):
        for found in _CALL.finditer(templatize(path.read_text(encoding="utf-8"))):
            plural = found[3] if found[1] == "ngettext" else None
            yield ast.literal_eval(found[2]), ast.literal_eval(plural) if plural else None
