"""One signed-in browser per module, on one live Segue."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.hand import browser, sign_in
from tests.support.live import LiveSegue


@dataclass(frozen=True)
class Desk:
    """A person's browser, signed in, and the Segue it looks at."""

    segue: LiveSegue
    context: BrowserContext
    token: str


@pytest.fixture(scope="module")
def desk(live_segue: LiveSegue, chromium_path: str) -> Iterator[Desk]:
    """A browser in which admin is signed in."""
    with browser(chromium_path) as opened:
        context = opened.new_context(viewport={"width": 1440, "height": 900})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        sign_in(page, live_segue)
        page.close()
        yield Desk(live_segue, context, live_segue.token())


@pytest.fixture
def page(desk: Desk) -> Iterator[Page]:
    """A fresh page; whatever it complains about on its console fails the test."""
    opened = desk.context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda line: complaints.append(line.text) if "Content Security" in line.text else None,
    )
    yield opened
    opened.close(run_before_unload=False)
    assert complaints == []
