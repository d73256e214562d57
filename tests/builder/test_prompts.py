"""The library of prompts: versions, who uses them, what may go."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.utils import IntegrityError
from django.utils import timezone

from builder.models import PromptVersion
from builder.services.prompt_diff import text_diff
from builder.services.prompts import (
    add_prompt,
    delete_prompt,
    describe_prompt,
    open_prompt,
    restore_prompt,
    write_version,
)
from builder.services.refusals import NotPossibleError
from tests.support.people import Place, api, browser


def test_each_change_of_the_words_is_a_version(place: Place) -> None:
    prompt, admin = place.prompt, place.people["admin"]
    second = write_version(prompt, text="Greet {{ customer }} as {{ who }}.", actor=admin)
    again = write_version(prompt, text="Greet {{ customer }} as {{ who }}.", actor=admin)
    third = restore_prompt(prompt, 1, actor=admin)
    assert (second.number, again.number, third.number) == (2, 2, 3)
    assert (second.variables, third.text) == (["customer", "who"], "Greet {{ customer }}.")
    assert third.note == "As version 1"
    with pytest.raises(IntegrityError):  # two who write at once get different numbers, or one fails
        PromptVersion.objects.create(
            prompt=prompt, number=3, text="x", written_at=timezone.now(), author=None
        )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"text": " "}, "Write what"),
        ({"text": "{{ open"}, "not closed"),
        ({"text": "{{ input.name }}"}, "a word of flows"),
        ({"name": "Greeting of home", "text": "Hello"}, "already a prompt"),
        ({"name": "", "text": "Hello"}, "Give the prompt a name"),
        ({"text": "x" * 50_001}, "too long"),
    ],
)
def test_what_cannot_be_a_prompt_is_refused_with_a_sentence(
    place: Place, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(NotPossibleError, match=says):
        add_prompt(workspace_id=place.workspace.id, actor=None, **{"name": "New", **given})


def test_a_run_takes_the_version_that_was_the_newest_when_it_began(place: Place) -> None:
    prompt, workspace = place.prompt, place.workspace.id
    began = timezone.now()
    write_version(prompt, text="New words.", actor=None)
    at = {None: began, "later": timezone.now(), "before": began - timedelta(days=1)}

    def opened(number: int | None, when: str | None) -> int:
        found = open_prompt(workspace, prompt.id, number, at[when])
        return found["version"] if found else 0

    assert opened(None, None) == 1
    assert opened(None, "later") == 2
    assert opened(None, "before") == 1  # the flow came first, and the prompt after it
    assert opened(2, None) == 2
    assert opened(9, None) == 0


def test_a_prompt_of_another_workspace_is_not_there(place: Place, elsewhere: Place) -> None:
    now = timezone.now()
    assert open_prompt(place.workspace.id, elsewhere.prompt.id, None, now) is None


def test_renaming_keeps_the_words_and_refuses_a_name_that_is_taken(place: Place) -> None:
    add_prompt(workspace_id=place.workspace.id, name="Other", text="Hello", actor=None)
    assert describe_prompt(place.prompt, actor=None, name="Better").versions.count() == 1
    with pytest.raises(NotPossibleError):
        describe_prompt(place.prompt, actor=None, name="Other")


def test_what_nobody_uses_can_be_deleted(place: Place) -> None:
    delete_prompt(place.prompt, actor=place.people["admin"])
    assert not PromptVersion.objects.exists()


def test_a_diff_holds_both_texts() -> None:
    old, new = "Greet the customer kindly.\nBe brief.", "Greet Ada kindly.\nBe very brief."
    pieces = text_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert [piece.text for piece in pieces if piece.kind == "added"] == ["Ada", "very "]


def test_the_page_writes_versions_and_shows_what_changed(place: Place) -> None:
    client = browser(place.people["editor"])
    at = f"/admin/builder/prompt/{place.prompt.id}/change/"
    given = {
        "name": "Hello",
        "about": "For all",
        "system": "",
        "text": "Greet {{ who }}.",
        "note": "",
    }
    assert client.post(at, given).status_code == 302
    page = client.get(at).content.decode()
    assert "<ins" in page
    assert "<del" in page
    assert "For all" in page
    restored = client.post(f"/admin/builder/prompt/{place.prompt.id}/restore/1/")
    assert restored.status_code == 302
    assert place.prompt.versions.count() == 3
    assert client.post(f"/admin/builder/prompt/{place.prompt.id}/archive/").status_code == 302
    assert "Take it out again" in client.get(at).content.decode()
    made = client.post("/admin/builder/prompt/add/", {**given, "name": "Second"})
    assert made.status_code == 302
    assert place.workspace.prompts.count() == 2
    refused = client.post("/admin/builder/prompt/add/", {**given, "name": "", "text": ""})
    assert refused.status_code == 200  # the form says what is missing
    client.post(f"/admin/builder/prompt/{place.prompt.id}/delete/", {"post": "yes"})
    assert place.workspace.prompts.count() == 1


def test_a_steps_own_words_are_taken_into_the_library(place: Place) -> None:
    client = api(place.people["editor"])
    given = {"name": "Answer", "text": "Answer {{ input.message }}", "system": "Be kind."}
    answer = client.post("/api/prompts/take/", given, content_type="application/json").json()
    assert answer["prompt"]["versions"][0]["text"] == "Answer {{ message }}"
    assert answer["value"]["values"] == {"message": "{{ input.message }}"}
