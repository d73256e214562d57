"""Services whose rules no single request shows: races, counting, people."""

import threading
from typing import Any

import pytest
from django.db import connections

from builder.models import Flow, Membership, Role
from builder.services.count_changes import count_changes
from builder.services.documents import read_document
from builder.services.people import change_role
from builder.services.publish import publish
from builder.services.refusals import NotPossibleError, StaleDraftError
from builder.services.save_draft import save_draft
from tests.support.people import GRAPH, Place, make_place


def document(**changes: Any) -> Any:
    """The test graph, changed."""
    return read_document({**GRAPH, **changes})


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 0),
        ({"notes": [{"id": "t_1", "text": "hello"}]}, 0),
        ({"edges": []}, 1),
        ({"nodes": GRAPH["nodes"][:1], "edges": []}, 1),
        ({"settings": {"deadline_seconds": 5}}, 1),
        ({"nodes": [GRAPH["nodes"][0], {**GRAPH["nodes"][1], "name": "Other"}]}, 1),
        ({"nodes": [GRAPH["nodes"][0], {**GRAPH["nodes"][1], "position": {"x": 9}}]}, 0),
    ],
)
def test_changes_are_counted_as_a_person_counts(changes: dict[str, Any], count: int) -> None:
    assert count_changes(document(), document(**changes)) == count


def in_threads(count: int, work: Any) -> list[Any]:
    """Do the work at once in several threads; return results and errors."""
    results: list[Any] = []
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        gate.wait()
        try:
            results.append(work(number))
        except Exception as error:  # noqa: BLE001  (the test looks at it)
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_many_saves_at_once_one_wins() -> None:
    place = make_place("home")
    got = in_threads(
        6,
        lambda n: save_draft(place.flow, revision=1, graph={**GRAPH, "edges": []}, actor=None),
    )
    assert sum(isinstance(result, StaleDraftError) for result in got) == 5
    assert Flow.objects.get().draft_revision == 2


@pytest.mark.django_db(transaction=True)
def test_people_who_publish_at_once_get_different_numbers() -> None:
    place = make_place("home")
    got = in_threads(4, lambda n: publish(place.flow, revision=1, actor=None).number)
    assert sorted(got) == [2, 3, 4, 5]


@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_both_step_down() -> None:
    place = make_place("home")
    change_role(place.memberships["editor"], Role.ADMIN, actor=place.people["admin"])
    rows = list(Membership.objects.filter(role=Role.ADMIN))
    got = in_threads(2, lambda n: change_role(rows[n], Role.VIEWER, actor=place.people["admin"]))
    assert sum(isinstance(result, NotPossibleError) for result in got) == 1
    assert Membership.objects.filter(role=Role.ADMIN).count() == 1


def test_a_version_keeps_its_graph_when_the_draft_moves_on(place: Place) -> None:
    from builder.services.versions import version_graph

    save_draft(place.flow, revision=1, graph={**GRAPH, "edges": []}, actor=None)
    version = place.flow.versions.get()
    assert len(version_graph(version)["edges"]) == 1
