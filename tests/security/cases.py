"""Reads the corpora, and tells which of their cases speak of something that exists here."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "data"
Case = dict[str, Any]


def read(name: str) -> list[Case]:
    """Every case of a corpus."""
    found: list[Case] = json.loads((DATA / f"{name}.json").read_text())["cases"]
    return found


def split(
    name: str, tried: Collection[str], not_yet: Mapping[str, Collection[str]]
) -> dict[str, Case]:
    """The tried cases by id; fails unless each case is either tried or named as not applying.

    `not_yet` gives the reason first: a kind of step, or a feature, that does not exist here.
    """
    cases = {case["id"]: case for case in read(name)}
    named = [case for ids in not_yet.values() for case in ids]
    assert sorted([*tried, *named]) == sorted(cases), "every case is tried, or named once"
    return {case: cases[case] for case in tried}
