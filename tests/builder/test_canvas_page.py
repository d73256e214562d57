"""The canvas's page: Vite's bundle under a strict policy, or kind words when it was not built."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.support.people import Place, browser


@pytest.fixture
def built(tmp_path: Path, settings: Any) -> None:
    """A build with an entry, a shared chunk and a style in each."""
    manifest = {
        "src/main.tsx": {
            "file": "assets/main-abc.js", "imports": ["_shared.js"], "css": ["assets/main.css"],
        },
        "_shared.js": {"file": "assets/shared.js", "css": ["assets/shared.css"]},
    }  # fmt: skip
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite" / "manifest.json").write_text(json.dumps(manifest))
    settings.CANVAS_DIST = tmp_path


@pytest.mark.usefixtures("built")
def test_the_page_loads_the_bundle_under_a_strict_policy(place: Place) -> None:
    answer = browser(place.people["viewer"]).get(reverse("canvas", args=[place.flow.id]))
    page, policy = answer.content.decode(), answer.headers["Content-Security-Policy"]
    nonce = page.split('data-nonce="')[1].split('"')[0]
    assert 'src="/static/canvas/assets/main-abc.js"' in page
    assert page.index("shared.css") < page.index("main.css")
    assert f'data-flow="{place.flow.id}"' in page
    assert f"'nonce-{nonce}'" in policy
    assert "unsafe" not in policy


@pytest.mark.usefixtures("built")
def test_a_past_run_is_named_on_the_page(place: Place) -> None:
    url = reverse("canvas-run", args=[place.flow.id, place.run_id])
    page = browser(place.people["viewer"]).get(url).content.decode()
    assert f'data-run="{place.run_id}"' in page


@pytest.mark.usefixtures("built")
def test_strangers_find_no_canvas(place: Place, elsewhere: Place) -> None:
    url = reverse("canvas", args=[place.flow.id])
    assert browser(elsewhere.people["admin"]).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_an_unbuilt_canvas_is_said_kindly(place: Place, settings: Any) -> None:
    settings.CANVAS_DIST = None
    answer = browser(place.people["viewer"]).get(reverse("canvas", args=[place.flow.id]))
    assert (answer.status_code, "not built yet" in answer.content.decode()) == (503, True)


def test_health_tells_each_part(place: Place) -> None:
    assert Client().get("/health").status_code == 200
    answer = Client().get("/ready")
    parts = answer.json()["parts"]
    assert set(parts) == {"database", "broker", "worker", "sandbox"}
    assert (answer.status_code, parts["worker"]["state"]) == (503, "down")
    assert all(part["message"] for part in parts.values())
