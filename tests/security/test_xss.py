"""Texts that would be programs in a careless page: shown as typed on the canvas, in the run view
and in the admin; nothing runs, nothing is fetched, no page breaks."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from tests.e2e.hand import browser
from tests.security.cases import read
from tests.security.conftest import Attacked

# What no name takes; test_what_no_text_takes_is_refused tries them.
NOT_TAKEN = {"str-059": "null character", "str-064": "Unicode"}
CASES = {case["id"]: case["s"] for case in read("xss_and_names")}
TEXTS = [text for case, text in CASES.items() if case not in NOT_TAKEN]
XSS = [case["s"] for case in read("xss_and_names") if case["class"] != "text"]
# An id and a key that mean something to JavaScript, beside plain ones.
JAVASCRIPT = ("__proto__", "constructor", "hasOwnProperty", "toString")


@dataclass
class Watch:
    """Everything a page did that it should not."""

    base: str
    noticed: list[str] = field(default_factory=list)

    def over(self, page: Page) -> Page:
        """Watch a page."""
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.noticed.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))
        page.on(
            "console",
            lambda line: self.noticed.append(line.text) if "Content Sec" in line.text else None,
        )
        return page

    def _dialog(self, dialog: Dialog) -> None:
        self.noticed.append(dialog.message)
        dialog.dismiss()

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.noticed.append(url)


@pytest.fixture(scope="module")
def person(attacked: Attacked, chromium_path: str) -> Iterator[BrowserContext]:
    """A browser in which admin is signed in."""
    link = attacked.segue.manage("segue_login_link", "--base-url", attacked.segue.base_url).strip()
    with browser(chromium_path) as opened:
        context = opened.new_context(viewport={"width": 1600, "height": 1000})
        page = context.new_page()
        page.goto(link.splitlines()[-1])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/admin/**")
        page.close()
        yield context


@pytest.fixture
def page(attacked: Attacked, person: BrowserContext) -> Iterator[Page]:
    """A watched page; what it did is told at the end."""
    watch = Watch(attacked.segue.base_url)
    opened = watch.over(person.new_page())
    yield opened
    opened.close(run_before_unload=False)
    assert watch.noticed == []


@pytest.fixture(scope="module")
def planted(attacked: Attacked) -> dict[str, str]:
    """A flow, a run, connections and models whose every text comes from the corpus."""
    keys = [*JAVASCRIPT, *(f"s{n}" for n in range(len(JAVASCRIPT), len(TEXTS)))]
    nodes = [{"id": "start", "key": "start", "type": "trigger.manual", "name": XSS[0]}]
    nodes += [
        {
            "id": key, "key": key, "type": "data.set", "name": text[:200],
            "params": {"fields": [{"name": text[:50] or "x", "value": text, "type": "text"}]}
            if "{{" not in text
            else {},
            "position": {"x": 300 * (n % 8), "y": 150 * (n // 8)},
        }
        for n, (key, text) in enumerate(zip(keys, TEXTS, strict=True))
    ]  # fmt: skip
    says = "\n".join(f"print({text!r})" for text in XSS)
    nodes.append({"id": "say", "key": "say", "type": "code.python", "params": {"code": says}})
    nodes.append({"id": "fail", "key": "fail", "type": "http.request", "name": XSS[1],
                  "params": {"url": "http://127.0.0.1:1/{{ start.text }}"},
                  "policy": {"retry": {"attempts": 1}}})  # fmt: skip
    ids = [node["id"] for node in nodes[1:]]
    graph = {
        "format": "segue.flow/1",
        "nodes": nodes,
        "edges": [{"source": "start", "target": target} for target in ids],
        "notes": [
            {"id": f"t{n}", "text": text, "position": {"x": 3000, "y": 200 * n}}
            for n, text in enumerate(XSS)
        ],
        "groups": [
            {"id": "g", "title": XSS[2], "nodes": ["start", "say"], "color": 'red"><x'[:20]}
        ],
        "settings": {"description": XSS[3]},
    }
    made = attacked.api.post("flows/", json={"name": XSS[0], "graph": graph})
    assert made.status_code == 201, made.text
    flow = made.json()["id"]
    data = {"text": XSS[0], "all": TEXTS, **{text or "x": text for text in XSS}}
    begun = attacked.api.post(
        f"flows/{flow}/run/", json={"draft": True, "input": data, "wait": True}
    )
    assert begun.status_code in (200, 202), begun.text
    for text in XSS[:12]:
        attacked.api.post("flows/", json={"name": text, "description": text})
        secret = {"token": "0123456789"}
        body = {"name": text, "type": "http.bearer", "secret": secret, "allowed_hosts": ["a.test"]}
        assert attacked.api.post("credentials/", json=body).status_code == 201, text
        model = {
            "name": text,
            "provider": "openai_compatible",
            "model": text,
            "base_url": "https://a.test/",
        }
        assert attacked.api.post("model-profiles/", json=model).status_code == 201, text
    return {"flow": flow, "run": begun.json()["run"]["id"]}


def test_the_canvas_shows_what_was_typed(
    page: Page, attacked: Attacked, planted: dict[str, str]
) -> None:
    page.goto(f"{attacked.segue.base_url}/flows/{planted['flow']}/")
    cards = page.locator(".react-flow__node-step")
    expect(cards).to_have_count(len(TEXTS) + 3)
    shown = page.get_by_test_id("canvas").text_content() or ""
    assert [text for text in XSS if text.strip() and text.strip() not in shown] == []
    assert page.evaluate("({}).isAdmin === undefined && Object.keys(Object.prototype).length === 0")


def test_the_run_view_shows_what_came_in(
    page: Page, attacked: Attacked, planted: dict[str, str]
) -> None:
    page.goto(f"{attacked.segue.base_url}/flows/{planted['flow']}/runs/{planted['run']}/")
    expect(page.locator(".react-flow__node-step")).to_have_count(len(TEXTS) + 3)
    for key in ("start", "say", "fail", "__proto__"):
        page.locator(f".react-flow__node[data-id='{key}']").dispatch_event("click")
        page.locator(f".react-flow__node[data-id='{key}']").dispatch_event("dblclick")
        page.wait_for_timeout(300)
        page.keyboard.press("Escape")


ADMIN = (
    "builder/flow/", "builder/flow/{flow}/change/", "builder/flow/{flow}/history/",
    "builder/flow/?q=%22%3E%3Cimg+src%3Dx+onerror%3Dalert(1)%3E", "builder/flow/{flow}/delete/",
    "runtime/run/", "runtime/run/{run}/change/",
    "runtime/run/?status=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "runtime/credential/", "builder/modelprofile/", "builder/auditentry/", "builder/membership/",
    "builder/workspace/", "", "nowhere/%3Cscript%3Ealert(1)%3C/script%3E/",
)  # fmt: skip


@pytest.mark.parametrize("place", ADMIN)
def test_the_admin_shows_what_was_typed(
    page: Page, attacked: Attacked, planted: dict[str, str], place: str
) -> None:
    answer = page.goto(f"{attacked.segue.base_url}/admin/{place.format(**planted)}")
    assert answer is not None
    assert answer.status in (200, 404)
    page.wait_for_timeout(150)  # what an event would run, has run
    assert page.locator("img[src='x'], iframe[srcdoc], object, base, math").count() == 0


def test_what_no_text_takes_is_refused(attacked: Attacked) -> None:
    for case, why in NOT_TAKEN.items():
        raw = json.dumps({"name": CASES[case]})
        answer = attacked.api.post(
            "flows/", content=raw, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 400, case
        assert why.lower() in answer.json()["message"].lower()


def test_a_page_of_a_flow_cannot_act_as_who_opens_it(
    person: BrowserContext, attacked: Attacked
) -> None:
    """Its script runs, but as nobody: it reads no cookie and no answer of the API."""
    script = """<h1>none</h1><script>
      let said = 'nobody';
      try { said = 'cookie ' + document.cookie } catch {}
      fetch('/api/session/').then(a => a.json()).then(a => 'user ' + a.user.name, () => said)
        .then(text => { document.querySelector('h1').textContent = text })
    </script>"""
    hook = {"id": "hook", "key": "hook", "type": "trigger.webhook",
            "params": {"path": "evil", "methods": ["GET"], "answer": "by_respond"}}  # fmt: skip
    say = {"id": "say", "key": "say", "type": "flow.respond", "params": {
        "body": script, "headers": [{"name": "Content-Type", "value": "text/html"}]}}  # fmt: skip
    attacked.publish("Evil", hook, say)
    page = person.new_page()
    page.goto(f"{attacked.segue.base_url}/hooks/evil")
    expect(page.locator("h1")).to_have_text("nobody")
    page.close()
