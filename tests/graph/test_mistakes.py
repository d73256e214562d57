"""The 40 mistakes people make most: each names step, field and remedy, and most have a button.

The table is `tests/data/mistakes.json`; the canvas's tests (frontend/src/store/mistakes.test.ts)
press the button of each `mended` one and find the same flow.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from runtime.graph.parse import parse_document
from runtime.graph.validate import validate
from runtime.registry import registry
from runtime.services.spoken import spoken_issue

TABLE = json.loads((Path(__file__).parents[1] / "data" / "mistakes.json").read_text())["mistakes"]
MENDED = [one for one in TABLE if "mended" in one]
# About the flow as a whole: there is no step to name.
OF_THE_FLOW = {"empty_flow", "no_trigger"}
# About wires: they join places, and the drawing shows which.
OF_WIRES = {"duplicate_wire", "dangling_wire", "continue_from_outside", "start_from_inside"}


def named(one: dict[str, Any]) -> str:
    return str(one["mistake"])


def issues(graph: dict[str, Any]) -> list[dict[str, Any]]:
    return [issue.dump() for issue in validate(parse_document(graph), registry())]


@pytest.mark.parametrize("one", TABLE, ids=named)
def test_its_message_is_the_one_agreed(one: dict[str, Any]) -> None:
    assert one["issue"] in issues(one["graph"])


@pytest.mark.parametrize("one", TABLE, ids=named)
def test_it_names_step_and_remedy_in_both_languages(one: dict[str, Any]) -> None:
    issue = one["issue"]
    with override("de"):
        german = spoken_issue(issue)
    assert issue["fix"]
    assert german["fix"] != issue["fix"]
    assert german["message"] != issue["message"]
    if issue["code"] in OF_THE_FLOW | OF_WIRES:
        return
    assert issue["node"]
    node = next(node for node in one["graph"]["nodes"] if node["id"] == issue["node"])
    for said in (issue["message"], german["message"]):
        assert node["name"] in said or node["key"] in said
    assert issue["field"] or issue["code"] in ("unknown_type", "second_respond")


@pytest.mark.parametrize("one", MENDED, ids=named)
def test_its_button_mends_it(one: dict[str, Any]) -> None:
    left = [issue["code"] for issue in issues(one["mended"])]
    assert issues(one["graph"]) != issues(one["mended"])
    assert left.count(one["issue"]["code"]) == 0


def test_there_are_forty_and_a_button_for_twenty_five() -> None:
    assert len(TABLE) >= 40
    assert len(MENDED) >= 25
