"""Twelve things people come for, from the home page, by mouse: each in at most 25 actions.

An action is a click, a typed text or a drag. They share one Segue and stand for themselves.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Desk
from tests.e2e.hand import Hand
from tests.support.live import LiveSegue
from tests.support.model_server import ModelServer, Uses, model_server

MOST = 25
SHEET = b"number,supplier,total\nA-1,Lamps Ltd,120\nA-2,Chairs Ltd,80\n"


@pytest.fixture(scope="module")
def live_segue(new_segue: LiveSegue) -> LiveSegue:
    """Nobody has been here before."""
    return new_segue


@pytest.fixture(scope="module")
def outside() -> Iterator[str]:
    """A sheet that others keep; `/broken` refuses."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            broken = self.path == "/broken" and not getattr(self.server, "mended", False)
            self.send_response(400 if broken else 200)
            self.send_header("Content-Type", "text/csv")
            self.send_header("Content-Length", str(len(SHEET)))
            self.end_headers()
            self.wfile.write(SHEET)

        def do_POST(self) -> None:
            self.server.mended = True  # type: ignore[attr-defined]
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def model(desk: Desk) -> Iterator[ModelServer]:
    """The workspace's one model says what a test tells it to."""
    with model_server("unused") as server:
        for one in api(desk, "GET", "model-profiles/")["results"]:
            api(desk, "DELETE", f"model-profiles/{one['id']}/")
        body = {"name": "House model", "model": "m", "base_url": server.base_url}
        api(desk, "POST", "model-profiles/", body)
        yield server


class Person(Hand):
    """Begins at home; what is not a click of the task itself is not counted."""

    def __init__(self, page: Page, desk: Desk) -> None:
        super().__init__(page)
        self.desk = desk
        self.page.goto(f"{desk.segue.base_url}/admin/")

    def begin(self, start: str) -> None:
        """New flow, and what should start it: two clicks, one more to end the tour."""
        self.click(self.page.get_by_role("link", name="New flow").first)
        self.click(self.page.locator(f"[data-start='{start}']"))
        expect(self.page.get_by_test_id("canvas")).to_be_visible()
        if "tour=1" in self.page.url:
            self.click(self.page.get_by_role("button", name="End the tour"))

    def template(self, name: str) -> None:
        """New flow, a template, Use it: three clicks."""
        self.click(self.page.get_by_role("link", name="New flow").first)
        self.click(self.page.get_by_role("link", name="A template"))
        card = self.page.locator(f"[data-template='{name}']")
        self.click(card.get_by_role("button", name="Use it"))
        expect(self.page.get_by_test_id("canvas")).to_be_visible()

    def open(self, step: str) -> None:
        """A double click counts one."""
        self.counted.append(f"open {step}")
        self.card(step).dblclick()
        expect(self.page.get_by_test_id("step-panel")).to_be_visible()

    def rewrite(self, field: Locator, text: str) -> None:
        """Type something else instead: one typed text."""
        self.counted.append(f"rewrite {field}")
        field.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def fill(self, field: Locator, text: str) -> None:
        """One typed text, in one stroke: how single keys are taken is tried elsewhere."""
        self.counted.append(f"fill {field}")
        field.click()
        field.press("End")
        self.page.keyboard.insert_text(text)

    def bring_table(self, stem: str) -> None:
        """The table of a template; what the task is about comes after it."""
        asked = self.page.context.request
        cookies = {one["name"]: one["value"] for one in self.page.context.cookies()}
        made = asked.post(
            f"{self.desk.segue.base_url}/admin/builder/flow/templates/{stem}/use/",
            form={"csrfmiddlewaretoken": cookies["segue_csrf"]},
            max_redirects=0,
        )
        assert made.status == 302, made.text()

    def publish(self) -> None:
        """Two clicks."""
        self.saved()
        self.click(self.page.get_by_test_id("publish"))
        self.click(self.page.get_by_test_id("publish-now"))
        expect(self.page.get_by_text("Live: v")).to_be_visible()

    def test(self, status: str = "succeeded") -> None:
        """Two clicks."""
        self.saved()
        self.click(self.page.get_by_test_id("test"))
        self.click(self.page.get_by_test_id("run-now"))
        bar = self.page.get_by_test_id("run-bar")
        expect(bar).to_have_attribute("data-status", status, timeout=30_000)

    @property
    def flow(self) -> Any:
        """The open flow, as the API knows it."""
        return api(self.desk, "GET", f"flows/{self.page.url.split('/')[4]}/")

    def address(self) -> str:
        """Where others start the open flow."""
        return str(self.flow["triggers"][0]["url"])


@pytest.fixture
def person(desk: Desk, page: Page) -> Iterator[Person]:
    """Somebody with a task. However it is done: in 25 actions."""
    made = Person(page, desk)
    yield made
    assert 0 < len(made.counted) <= MOST, "\n".join(made.counted)


def api(desk: Desk, method: str, path: str, body: Any = None) -> Any:
    answer = httpx.request(
        method,
        f"{desk.segue.base_url}/api/{path}",
        json=body,
        headers={"Authorization": f"Token {desk.token}"},
        timeout=30,
    )
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def soon(look: Callable[[], Any]) -> Any:
    """What comes within half a minute."""
    end = time.monotonic() + 30
    while not (found := look()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)
    return found


def outbox(person: Person) -> str:
    """What went out."""
    asked = person.page.context.request
    return asked.get(f"{person.desk.segue.base_url}/admin/runtime/outboxmail/").text()


def rows_of(person: Person, table: str) -> str:
    """What stands in a table."""
    tables = api(person.desk, "GET", "tables/")["results"]
    (id_,) = [one["id"] for one in tables if one["name"] == table]
    asked = person.page.context.request
    address = f"{person.desk.segue.base_url}/admin/runtime/datarow/?table={id_}"
    return asked.get(address).text()


def test_a_new_person_is_shown_around_once(person: Person) -> None:
    page = person.page
    expect(page.get_by_text("What should start it?")).to_be_visible()
    person.click(page.locator("[data-start='form']"))
    tour = page.get_by_test_id("tour")
    for number in range(1, 6):
        expect(tour).to_contain_text(f"{number} of 5")
        expect(page.get_by_test_id("tour-next")).to_be_focused()
        page.keyboard.press("Enter")
    expect(tour).to_have_count(0)
    expect(person.card("Form")).to_be_visible()
    page.reload()
    expect(person.card("Form")).to_be_visible()
    expect(tour).to_have_count(0)
    person.click(page.get_by_test_id("help"))
    person.click(page.get_by_role("menuitem", name="Show me around"))
    expect(tour).to_contain_text("1 of 5")
    page.keyboard.press("Escape")
    expect(tour).to_have_count(0)


def test_send_me_only_orders_above_100_and_keep_trying(person: Person) -> None:
    person.template("20_orders_above_100")
    person.open("Send it to me")
    person.rewrite(person.field("to"), "ada@example.com")
    person.close_step()
    person.publish()
    for total in (20, 387):
        order = {"id": 8, "total": total}
        assert httpx.post(person.address(), json=order).status_code in (200, 202)
    assert soon(lambda: "Order 8: 387" in (mails := outbox(person)) and mails)


def test_every_monday_put_the_sheets_new_rows_into_the_table(person: Person, outside: str) -> None:
    person.bring_table("23_invoices")
    person.begin("schedule")
    person.open("Schedule")
    person.choose(person.page.get_by_role("combobox", name="Start"), "On chosen days of the week")
    person.close_step()
    person.add_after("Schedule", "http.request")
    person.fill(person.field("url"), f"{outside}/sheet.csv")
    person.click(person.page.get_by_role("button", name="more settings"))
    person.choose(person.page.get_by_role("combobox", name="Read the answer as"), "A file")
    person.close_step()
    person.add_after("HTTP request", "data.read_file")
    person.close_step()
    person.add_after("Read file", "data.table_write")
    person.choose(person.page.get_by_role("combobox", name="Table"), "Invoices")
    person.choose(
        person.page.get_by_role("combobox", name="What to do"),
        "Add a row, or change the one that is there",
    )
    person.click(person.page.get_by_text("The item as it comes"))
    person.close_step()
    person.test()
    person.publish()
    text = rows_of(person, "Invoices")
    assert "A-1" in text
    assert "Chairs Ltd" in text


def test_ask_me_before_a_refund(person: Person) -> None:
    person.begin("form")
    person.add_after("Form", "flow.approval")
    person.fill(person.field("question"), "Give the money back?")
    person.close_step()
    person.add_after("Approval", "network.send_mail", exit="approved")
    person.fill(person.field("to"), "till@example.com")
    person.fill(person.field("subject"), "Refund")
    person.fill(person.field("text"), "Please pay it back.")
    person.close_step()
    person.publish()
    page = person.page.context.new_page()
    page.goto(person.address())
    page.get_by_label("Your e-mail").fill("ida@example.com")
    page.get_by_role("button", name="Send").click()
    asked = soon(lambda: api(person.desk, "GET", "approvals/")["results"])
    api(person.desk, "POST", f"approvals/{asked[0]['id']}/", {"approved": True, "note": ""})
    page.close()
    assert soon(lambda: "till@example.com" in outbox(person))


def test_an_assistant_that_looks_orders_up(person: Person, model: ModelServer) -> None:
    number = {"query": [{"name": "number", "value": "7"}]}
    model.answers = [Uses(("look_up", number)), "It is not paid yet."]
    person.template("24_order_assistant")
    person.test()
    person.open("Assistant")
    expect(person.page.get_by_role("region", name="Output")).to_contain_text("not paid yet")


def test_a_form_whose_answers_go_into_a_table(person: Person) -> None:
    person.bring_table("21_request_with_approval")
    person.begin("form")
    person.open("Form")
    person.rewrite(person.page.get_by_role("textbox", name="Question"), "Who")
    person.close_step()
    person.add_after("Form", "data.table_write")
    person.choose(person.page.get_by_role("combobox", name="Table"), "Requests")
    person.click(person.page.get_by_text("The item as it comes"))
    person.close_step()
    person.publish()
    page = person.page.context.new_page()
    page.goto(person.address())
    page.get_by_label("Who").fill("grace@example.com")
    page.get_by_role("button", name="Send").click()
    page.close()
    assert soon(lambda: "grace@example.com" in rows_of(person, "Requests"))


def test_a_chat_about_my_shop(person: Person, model: ModelServer) -> None:
    model.answers = ["We have **seven** teapots."]
    person.template("25_shop_chat")
    person.publish()
    page = person.page.context.new_page()
    page.goto(person.address())
    page.get_by_label("Your message").fill("How many teapots?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").locator("strong")).to_have_text("seven", timeout=30_000)
    page.close()


def test_sort_incoming_mails_by_department(person: Person, model: ModelServer) -> None:
    model.answers = [json.dumps({"class": "Bills", "sure": 0.9})]
    person.template("22_customer_mail")
    person.open("To bills")
    person.rewrite(person.field("to"), "money@example.com")
    person.close_step()
    person.publish()
    httpx.post(person.address(), json={"subject": "Bill", "text": "I paid twice."})
    assert soon(lambda: "money@example.com" in outbox(person))


def test_read_the_fields_of_a_letter(person: Person, model: ModelServer) -> None:
    model.answers = [json.dumps({"customer": "Ida", "pieces": 3})]
    person.begin("manual")
    person.add_after("Start by hand", "ai.extract")
    person.fill(person.field("text"), "Ida would like three lamps.")
    names = person.page.get_by_role("textbox", name="Name of field")
    for number, name in enumerate(("customer", "pieces")):
        person.click(person.page.get_by_role("button", name="Add a field"))
        person.fill(names.nth(number), name)
    person.choose(person.page.get_by_role("combobox", name="Kind of field 2"), "Whole number")
    person.close_step()
    person.test()
    person.open("Read fields from a text")
    expect(person.page.get_by_role("region", name="Output")).to_contain_text("Ida")


def test_tell_me_when_it_fails(person: Person) -> None:
    person.click(person.page.get_by_role("link", name="account_tree Flows"))
    person.click(person.page.get_by_role("link", name="Find what is wrong"))
    person.click(person.page.get_by_test_id("rail-settings"))
    person.fill(person.page.get_by_label("Send a mail to"), "ada@example.com")
    person.click(person.page.get_by_test_id("save-told"))
    expect(person.page.get_by_text("They will be told.")).to_be_visible()
    told = api(person.desk, "GET", f"flows/{person.flow['id']}/alert/")
    assert told["recipients"] == ["ada@example.com"]


def test_invite_a_colleague(person: Person) -> None:
    person.click(person.page.get_by_role("link", name="People"))
    person.click(person.page.get_by_role("link", name="Invite a colleague"))
    person.click(person.page.get_by_label("Editor"))
    person.fill(person.page.get_by_label("For whom"), "Grace")
    person.click(person.page.get_by_role("button", name="Invite"))
    expect(person.page.get_by_text("/join/").first).to_be_visible()


def test_bring_yesterdays_version_back(person: Person) -> None:
    person.begin("manual")
    person.publish()
    person.add_after("Start by hand", "data.limit")
    person.close_step()
    person.publish()
    person.counted.clear()
    person.click(person.page.get_by_test_id("rail-versions"))
    person.click(person.page.get_by_role("button", name="Bring back").last)
    expect(person.card("Limit")).to_have_count(0)
    person.publish()
    assert person.flow["live_version"] == 3


def test_run_yesterdays_failed_call_again(person: Person, outside: str) -> None:
    person.begin("webhook")
    person.add_after("Webhook", "http.request")
    person.fill(person.field("url"), f"{outside}/broken")
    person.close_step()
    person.publish()
    httpx.post(person.address(), json={"order": 7})
    flow = person.flow["id"]
    soon(lambda: api(person.desk, "GET", f"runs/?flow={flow}&status=failed")["results"])
    httpx.post(outside)  # the other side is mended
    person.counted.clear()
    person.page.goto(f"{person.desk.segue.base_url}/admin/")
    person.click(person.page.get_by_role("link", name="Failed today"))
    person.click(person.page.locator("#result_list tbody a").first)
    person.click(person.page.get_by_role("link", name="Run again"))
    person.click(person.page.get_by_label("From where it failed"))
    person.click(person.page.get_by_role("button", name="Run again"))
    runs = soon(lambda: api(person.desk, "GET", f"runs/?flow={flow}&status=succeeded")["results"])
    assert len(runs) == 1
    # A mail about the failure leads to the step that failed.
    first = api(person.desk, "GET", f"runs/?flow={flow}&status=failed")["results"][0]["id"]
    person.page.goto(f"{person.desk.segue.base_url}/flows/{flow}/runs/{first}/?step=http_request")
    opened = person.page.get_by_role("dialog", name="HTTP request")
    expect(opened).to_contain_text("answered with status 400")
