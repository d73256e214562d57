"""`manage.py up` as a person meets it: start, second start, troubles, stop, sudden death."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import pytest

from tests.support.live import READY, ROOT, SIGN_IN, LiveSegue, alive, live

pytestmark = pytest.mark.acceptance


@pytest.fixture
def segue(tmp_path: Path) -> Iterator[LiveSegue]:
    with live(tmp_path / "data") as running:
        yield running


def status(url: str) -> int:
    with urlopen(url, timeout=10) as answer:  # noqa: S310 (our own server)
        return int(answer.status)


def wait_until_gone(pids: set[int], within_seconds: float) -> None:
    deadline = time.monotonic() + within_seconds
    while left := alive(pids):
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.1)


def test_the_start_ends_with_the_address_and_a_link(segue: LiveSegue) -> None:
    address, link = segue.said[-2:]
    assert address.startswith(f"{READY}http://127.0.0.1:")
    assert address.endswith("/")
    assert link.startswith(f"{SIGN_IN}{segue.base_url}/")
    assert status(f"{segue.base_url}/health") == 200
    assert status(f"{segue.base_url}/ready") == 200


def test_the_link_signs_in_once(segue: LiveSegue) -> None:
    """Opening shows a button, so that link previews cannot use it up; pressing it signs in."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    with browser.open(segue.login_link, timeout=10) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert token is not None
    pressed = urlencode({"csrfmiddlewaretoken": token[1]}).encode()
    browser.open(segue.login_link, pressed, timeout=10).close()
    assert "segue_session" in {cookie.name for cookie in jar}
    with pytest.raises(HTTPError, match="410") as used:
        build_opener().open(segue.login_link, timeout=10)
    used.value.close()


def test_everything_lies_under_the_data_folder_and_secrets_are_private(segue: LiveSegue) -> None:
    kept = {path.name for path in segue.data.iterdir()}
    assert {"broker", "logs", "run", "secrets", "segue.sqlite3"} <= kept
    for path in (segue.data / "secrets").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_second_start_takes_less_than_ten_seconds(segue: LiveSegue) -> None:
    assert segue.stop() == 0
    with live(segue.data) as again:
        assert time.monotonic() - again.started < 10


def test_sigterm_ends_everything_in_order(segue: LiveSegue) -> None:
    family = segue.members()
    assert len(family) >= 4
    assert segue.stop() == 0
    assert alive(family) == set()
    assert segue.said[-1] == "Segue has stopped. Everything is kept."


def test_a_killed_worker_is_started_again(segue: LiveSegue) -> None:
    before = segue.kill("worker")
    deadline = time.monotonic() + 30
    while segue.pid("worker") == before or not is_ready(segue):
        assert time.monotonic() < deadline, segue.said
        time.sleep(0.1)
    assert "stopped unexpectedly (signal SIGKILL)" in segue.said[-1]


def is_ready(segue: LiveSegue) -> bool:
    try:
        return status(f"{segue.base_url}/ready") == 200
    except OSError:
        return False


def test_a_killed_segue_leaves_nothing_running_and_starts_again(segue: LiveSegue) -> None:
    family = segue.members()
    segue.process.kill()
    segue.process.wait()
    wait_until_gone(family, within_seconds=25)
    with live(segue.data) as again:
        assert status(f"{again.base_url}/health") == 200


def test_a_second_one_on_the_same_data_is_refused(segue: LiveSegue) -> None:
    done = refused(segue, "--port", "0")
    assert f"already running on this data folder (process {segue.process.pid})" in done.stderr


def test_a_taken_port_is_told_with_a_way_out(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run_up(tmp_path / "data", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert f"--port {port + 1}" in done.stderr


def refused(segue: LiveSegue, *argv: str) -> subprocess.CompletedProcess[str]:
    done = run_up(segue.data, *argv)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done


def run_up(data: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    env = LiveSegue.environment(data)
    command = [sys.executable, "manage.py", "up", "--no-browser", *argv]
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )
