"""Runs saved as tests: tried on the draft with what was recorded, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from builder.models import Flow, FlowTest
from builder.services import flow_tests
from builder.services.compare_answers import Check, How, differences
from builder.services.flow_tests import drop_test, keep_as_test, parse_checks, set_checks, try_tests
from builder.services.refusals import NotPossibleError
from runtime.models import KeptRun, Run
from tests.control.test_again import START, call, graph
from tests.control.test_replay import put
from tests.support.counter import CountingServer, counting_server
from tests.support.house import House
from tests.support.people import browser


@pytest.fixture(scope="module")
def server() -> Iterator[CountingServer]:
    with counting_server() as made:
        yield made


def tried(house: House, flow: Flow) -> FlowTest:
    """The flow's only test, once it was tried on the draft."""
    flow.refresh_from_db()
    (test,) = try_tests(flow, actor=house.actor)
    if test.tried_run_id:
        house.finish(test.tried_run_id)
    (test,) = flow_tests.tests_of(flow)
    return test


def test_a_run_becomes_a_test_that_needs_no_network(house: House, server: CountingServer) -> None:
    flow = house.flow("Tested", graph(START, call("one", server), put("{{ one.answer }}!")))
    run = house.run(flow, [{"n": 1}])
    test = keep_as_test(run, name="One", actor=house.actor)
    sent = sum(server.calls.values())
    assert tried(house, flow).passed is True
    assert sum(server.calls.values()) == sent, "something was sent"

    house.draft(flow, graph(START, call("one", server), put("{{ one.answer }}?")))
    failed = tried(house, flow)
    assert failed.passed is False
    (found,) = failed.differences
    assert (found["path"], found["expected"], found["got"]) == ("0.said", "ok!", "ok?")

    set_checks(failed, [Check("0.answer", "equal")], actor=house.actor)
    assert flow_tests.tests_of(flow)[0].passed is True, "the last try is judged anew"
    drop_test(test, actor=house.actor)
    assert not KeptRun.objects.filter(run_id=run.id).exists()


def test_what_was_saved_is_kept_when_runs_are_pruned(house: House, server: CountingServer) -> None:
    from runtime.retention import Rule
    from runtime.store.prune import due_runs, find_due, first_id_at

    flow = house.flow("Kept", graph(START, call("one", server)))
    kept, other = house.run(flow, [{"n": 1}]), house.run(flow, [{"n": 2}])
    keep_as_test(kept, name="Kept", actor=house.actor)
    later = kept.created_at.timestamp() + 10 * 86_400
    with closing(house.connect()) as db:
        due = [
            found.id
            for one in due_runs(db, flow.id, Rule(1, 1, 1, None), later)
            for found in find_due(db, one, first_id_at(0), 100)
        ]
    assert due == [other.id]


def test_only_runs_that_are_over_are_saved_and_each_name_once(
    house: House, server: CountingServer
) -> None:
    flow = house.flow("Names", graph(START, call("one", server)))
    with pytest.raises(NotPossibleError, match="not over yet"):
        keep_as_test(house.start(flow, [{}]), name="Early", actor=house.actor)
    run = house.run(flow, [{}])
    keep_as_test(run, name="Same", actor=house.actor)
    with pytest.raises(NotPossibleError, match="already a test"):
        keep_as_test(run, name=" Same ", actor=house.actor)
    Run.objects.filter(id=run.id).delete()
    assert tried(house, flow).passed is False


@pytest.mark.parametrize(
    ("how", "expected", "got", "fits"),
    [
        ("equal", {"a": 1}, {"a": 1}, True),
        ("equal", {"a": 1}, {"a": 1, "b": 2}, False),
        ("contains", "Thank you", "Well, thank you very much", True),
        ("contains", "Thank you", "No", False),
        ("means", "Yes, it is.", "It is.", True),
        ("means", "Yes", "No way", False),
        ("shape", {"n": 1, "all": [{"x": 1}]}, {"n": 2.5, "all": [{"x": 3}, {"x": 4}]}, True),
        ("shape", {"n": 1}, {"n": "1"}, False),
    ],
)
def test_an_answer_fits_as_the_test_says(how: How, expected: Any, got: Any, fits: bool) -> None:
    def means(one: str, other: str) -> bool:
        return one.rsplit(maxsplit=1)[-1] == other.rsplit(maxsplit=1)[-1]

    found = differences({"x": expected}, {"x": got}, [Check("x", how)], means)
    assert (not found) is fits


def test_checks_are_written_a_line_each() -> None:
    assert parse_checks("0.text means\n\n 0.total \n") == [
        Check("0.text", "means"),
        Check("0.total", "equal"),
    ]
    with pytest.raises(NotPossibleError, match="sounds"):
        parse_checks("text sounds")


def test_people_save_a_run_try_it_and_see_what_differs(
    house: House, server: CountingServer
) -> None:
    flow = house.flow("Pages", graph(START, call("one", server), put("{{ one.answer }}!")))
    run = house.run(flow, [{"n": 1}])
    client = browser(house.actor)
    assert "Save this run as a test" in client.get(f"/admin/runtime/run/{run.id}/change/").text
    kept = client.post(f"/admin/builder/flow/runs/{run.id}/keep/", {"name": "Seen"})
    house.draft(flow, graph(START, call("one", server), put("{{ one.answer }}?")))
    at = f"/admin/builder/flow/{flow.id}"
    assert client.post(f"{at}/tests/try/").status_code == 302
    test = flow.tests.get()
    assert test.tried_run_id
    house.finish(test.tried_run_id)
    assert "0 of 1 passed" in client.get(f"{at}/change/").text
    page = client.get(kept["Location"]).text
    assert "0.said" in page
    assert "<ins" in page
    assert client.post(kept["Location"], {"checks": "0.said shape"}).status_code == 302
    assert "1 of 1 passed" in client.get(f"{at}/change/").text
    assert client.post(f"{at}/tests/{test.id}/drop/").status_code == 302
    assert not flow.tests.exists()
