"""One signed-in browser per module, on one live Segue for them all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.e2e.hand import browser, sign_in
from tests.support.live import LiveSegue, live


@dataclass(frozen=True)
class Desk:
    """A person's browser, signed in, and the Segue it looks at."""

    segue: LiveSegue
    context: BrowserContext
    token: str


@pytest.fixture(scope="package")
def live_segue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSegue]:
    """A Segue that has been in use."""
    with _started(tmp_path_factory) as segue:
        yield segue


@pytest.fixture(scope="module")
def new_segue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSegue]:
    """One that nobody has used: a module that needs it calls it `live_segue`."""
    with _started(tmp_path_factory) as segue:
        yield segue


@contextmanager
def _started(folders: pytest.TempPathFactory) -> Iterator[LiveSegue]:
    # The servers that steps call in tests are on this very machine.
    with live(
        folders.mktemp("segue") / "data", settings={"SEGUE_INTERNAL_HOSTS": "127.0.0.1"}
    ) as segue:
        yield segue


# The link signs in once: who comes later takes over the cookies, and the token as well.
_let_in: WeakKeyDictionary[LiveSegue, tuple[StorageState, str]] = WeakKeyDictionary()


@pytest.fixture(scope="module")
def desk(live_segue: LiveSegue, chromium_path: str) -> Iterator[Desk]:
    """A browser in which admin is signed in."""
    with browser(chromium_path) as opened:
        known = _let_in.get(live_segue) or _signed_in(opened, live_segue)
        _let_in[live_segue] = known
        cookies, token = known
        context = opened.new_context(viewport={"width": 1440, "height": 900}, storage_state=cookies)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield Desk(live_segue, context, token)


def _signed_in(opened: Browser, segue: LiveSegue) -> tuple[StorageState, str]:
    context = opened.new_context()
    sign_in(context.new_page(), segue)
    cookies = context.storage_state()
    context.close()
    return cookies, segue.token()


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
