"""Mails of steps: to a real server's words, or into the outbox; no data makes a header."""

import asyncio
import json
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from runtime.keeping.outbox import KEPT, put_into_outbox
from runtime.models import OutboxMail
from runtime.network.guard import INTERNAL_HOSTS
from runtime.network.letters import address_of, checked, one_line, written
from runtime.network.smtp import post
from runtime.sdk import ErrorClass, Item, NodeError
from runtime.sdk.mail import Attachment, Letter
from runtime.services.credentials import save_credential
from runtime.services.test_credential import test_credential as try_credential
from runtime.testing import PlainFiles, QuietWorld
from runtime.testing.keeping import PlainMail
from tests.support.mail_server import PASSWORD, USER, MailServer, mail_server
from tests.support.one_step import run_node
from tests.support.people import Place, make_place

HOSTILE = json.loads((Path(__file__).parents[1] / "data/xss_and_names.json").read_text())
LETTER = Letter(to=["ada@example.com"], subject="Hello", text="Hi\n.\nthere")


@pytest.fixture
def place(transactional_db: None) -> Place:
    """A workspace."""
    return make_place("home")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server, and a way past the guard to this machine."""
    monkeypatch.setenv(INTERNAL_HOSTS, "127.0.0.1")
    with mail_server() as running:
        yield running


def connection(place: Place, server: MailServer, **other: str) -> str:
    """A connection to it; its id."""
    secret = {
        "host": "127.0.0.1",
        "port": str(server.port),
        "username": USER,
        "password": PASSWORD,
        "sender": "The Shop <shop@shop.example>",
        "encryption": "none",
    }
    made = save_credential(
        workspace_id=place.workspace.id,
        name=f"Mail {len(other)}",
        type_name="mail.smtp",
        secret={**secret, **other},
        allowed_hosts=[],
    )
    return str(made.id)


def send(place: Place, credential: str, letter: Letter = LETTER, key: str = "k") -> str:
    """Send it."""
    return asyncio.run(post(str(place.workspace.id), credential, letter, key))


def read(content: bytes) -> Any:
    """A mail as its receiver's program reads it."""
    return message_from_bytes(content, policy=default)


def test_a_mail_arrives_as_it_was_written(place: Place, server: MailServer) -> None:
    letter = Letter(
        to=["ada@example.com", "“Bob” Größe <bob@example.com>"],
        subject="Grüße 🎉",
        text="Hi\n.\n..there",
        html="<p>Hi</p>",
        cc=["cleo@example.com"],
        bcc=["hidden@example.com", "ADA@example.com"],
        reply_to=["answers@shop.example"],
    )
    made = send(place, connection(place, server), letter)
    (mail,) = server.mails
    found = read(mail.content)
    assert server.signed_in == [True]
    assert (mail.sender, mail.recipients) == (
        "shop@shop.example",
        [
            "ada@example.com",
            "bob@example.com",
            "cleo@example.com",
            "hidden@example.com",
        ],
    )
    assert (found["From"], found["Subject"]) == ("The Shop <shop@shop.example>", "Grüße 🎉")
    assert (found["Cc"], found["Reply-To"]) == ("cleo@example.com", "answers@shop.example")
    assert [one.display_name for one in found["To"].addresses] == ["", "“Bob” Größe"]
    assert found["Message-ID"] == made
    assert b"hidden@" not in mail.content
    text, html = found.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == "Hi\n.\n..there"
    assert html.get_content_type() == "text/html"


def test_the_same_try_has_the_same_message_id(place: Place, server: MailServer) -> None:
    credential = connection(place, server)
    first, again = send(place, credential), send(place, credential)
    assert first == again != send(place, credential, key="other")
    assert first.endswith("@shop.example>")


INJECTIONS = (
    "ada@example.com\nBcc: evil@example.com",
    "ada@example.com\r\nSubject: x",
    "Ada\nBcc: evil@example.com <ada@example.com>",
    "ada@example.com> SIZE=1",
    "<ada@example.com>\r\nDATA",
    "ada@exam\u2028ple.com",
    "ada@@example.com",
    "ada@-example.com",
    "@example.com",
    "ada",
    "a b@example.com",
    "ada@example.com, bob@example.com",
    '"; DROP"@example.com',
    "",
    "a" * 65 + "@example.com",
    "ada@[127.0.0.1]",
    "\ud800@example.com",
)


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("where", ["to", "cc", "bcc", "reply_to"])
def test_what_is_no_address_is_refused(text: str, where: str) -> None:
    fields: dict[str, Any] = {"to": ["x@example.com"], "subject": "", "text": "x", where: [text]}
    with pytest.raises(NodeError, match="is not a mail address"):
        checked(Letter(**fields), "k", 0, "me@example.com")


def test_hostile_data_stays_in_its_place() -> None:
    sender = address_of("me@example.com")
    plain = set(read(written(LETTER, sender, "k", 0)).keys())
    attacks = ["x\r\nBcc: evil@example.com", "x\n\nbody", "\0", "a" * 3_000]
    attacks += ["=?utf-8?q?=0ABcc:?=", "=?utf-8?b?CkJjYzogeEB4Lng=?=", " leading", "é" * 400]
    for text in [*attacks, *_texts(HOSTILE)]:
        letter = Letter(to=["ada@example.com"], subject=text, text=text, html=text)
        content = written(letter, sender, "k", 0)
        found = read(content)
        assert set(found.keys()) <= plain
        assert "\n" not in found["Subject"]
        head = content.partition(b"\r\n\r\n")[0].lower()
        assert b"\nbcc:" not in head
        assert found["Subject"].split() == one_line(text).split()
        assert max(len(line) for line in head.split(b"\r\n")) < 998  # RFC 5322, 2.1.1


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]


@pytest.mark.parametrize(
    ("to", "other", "error_class", "said"),
    [
        ("refused@x.example", {}, ErrorClass.INPUT, "nobody of this name Nothing was sent."),
        ("busy@x.example", {}, ErrorClass.NETWORK, "does not take “busy@x.example” now"),
        ("gone@x.example", {}, ErrorClass.LOST, "nobody knows whether it was sent"),
        ("a@x.example", {"password": "wrong"}, ErrorClass.INPUT, "did not accept the user name"),
        ("a@x.example", {"encryption": "starttls"}, ErrorClass.INPUT, "does not encrypt"),
        ("a@x.example", {"port": "1"}, ErrorClass.NETWORK, "did not accept the connection"),
        ("a@x.example", {"encryption": "rot13"}, ErrorClass.INPUT, "no way to encrypt"),
        ("a@x.example", {"host": "10.0.0.5"}, ErrorClass.INPUT, "not an address on the public"),
    ],
)
def test_what_goes_wrong_is_said_and_only_tried_again_where_nothing_was_sent(
    place: Place,
    server: MailServer,
    to: str,
    other: dict[str, str],
    error_class: ErrorClass,
    said: str,
) -> None:
    letter = Letter(to=["first@x.example", to], subject="x", text="y")
    with pytest.raises(NodeError, match=said) as raised:
        send(place, connection(place, server, **other), letter)
    assert raised.value.error_class is error_class
    assert (raised.value.retryable is None) is (error_class is ErrorClass.NETWORK)
    assert PASSWORD not in f"{raised.value.message} {raised.value.fix}"
    assert server.mails == []


def test_the_button_of_the_connection_signs_in_and_sends_nothing(
    place: Place, server: MailServer
) -> None:
    good, bad = connection(place, server), connection(place, server, password="wrong")
    assert try_credential(place.workspace.id, UUID(good)).ok
    assert "did not accept" in try_credential(place.workspace.id, UUID(bad)).message
    assert (server.signed_in[0], server.mails) == (True, [])


def test_the_outbox_keeps_a_mail_once_and_only_the_last_ones(place: Place) -> None:
    OutboxMail.objects.all().delete()
    run = place.run_id
    for number in (1, 1, 2):
        letter = Letter(to=["ada@example.com"], bcc=["b@x.example"], subject="n", text="\ud800\0")
        put_into_outbox(place.workspace.id, letter, f"{run}/mail//{number}")
    kept = OutboxMail.objects.filter(workspace_id=place.workspace.id)
    assert kept.count() == 2
    assert (kept[0].run_id, kept[0].recipients) == (run, "ada@example.com\nBcc: b@x.example")
    OutboxMail.objects.bulk_create(
        OutboxMail(workspace_id=place.workspace.id, message_id=str(n)) for n in range(KEPT)
    )
    put_into_outbox(place.workspace.id, LETTER, "last")
    assert kept.count() == KEPT


def test_a_step_writes_to_several_people() -> None:
    mail = PlainMail()
    result, told = run_node(
        "network.send_mail",
        {
            "to": "{{ input.people }}",
            "cc": '"Doe, Jane" <jane@example.com>; bob@example.com',
            "subject": "Order {{ input.id }}",
            "text": "{{ input.name }}",
        },
        [{"people": ["a@example.com", "b@example.com"], "id": 7, "name": "{{ trigger }}"}],
        world=QuietWorld(mail=mail),
    )
    assert result.status == "succeeded"
    assert told["out"][0]["to"] == ["a@example.com", "b@example.com"]  # type: ignore[index,call-overload]
    (letter,) = mail.outbox.values()
    assert letter.cc == ['"Doe, Jane" <jane@example.com>', "bob@example.com"]
    assert (letter.subject, letter.text) == ("Order 7", "{{ trigger }}")


# -- files -------------------------------------------------------------------------------------

ATTACHED = [
    ("a.pdf", "application/pdf", "a.pdf", "application/pdf"),
    ("Zürich 日.csv", "text/csv", "Zürich 日.csv", "text/csv"),
    ('x"\r\nBcc: b@example.com', "text/csv", "x_Bcc_ b@example.com", "text/csv"),
    ("../m.eml", "message/rfc822", "m.eml", "application/octet-stream"),
    ("a", "text/plain\r\nX: y", "a", "application/octet-stream"),
]


@pytest.mark.parametrize(("name", "kind", "sent", "sent_kind"), ATTACHED)
def test_files_go_with_a_mail_whatever_they_are_called(
    name: str, kind: str, sent: str, sent_kind: str
) -> None:
    letter = Letter(
        to=["ada@example.com"], subject="", text="Hi", attachments=[Attachment(name, kind, b"\0x")]
    )
    found = message_from_bytes(
        written(letter, address_of("s@example.com"), "key", 0), policy=default
    )
    body, part = found.iter_parts()
    assert body.get_content().strip() == "Hi"
    assert (part.get_content_type(), part.get_payload(decode=True)) == (sent_kind, b"\0x")
    assert part.get_content_disposition() == "attachment"
    assert part.get_filename() == sent
    assert found["Bcc"] is None


def test_the_step_sends_all_files_or_one_of_them(place: Place) -> None:
    files, mail = PlainFiles(), PlainMail()
    item = Item({}, [files.put("a.txt", b"a"), files.put("b.txt", b"b")])
    for attach, names in (("none", []), ("all", ["a.txt", "b.txt"]), ("one", ["b.txt"])):
        params = {"to": "ada@example.com", "text": "Hi", "attach": attach, "file": "2"}
        world = QuietWorld(files=files, mail=mail)
        result, _ = run_node("network.send_mail", params, [item], world=world)
        assert result.status == "succeeded"
        assert [one.name for one in list(mail.outbox.values())[-1].attachments] == names
    letter = Letter(
        to=["a@example.com"], subject="", text="Hi", attachments=[Attachment("a", "", b"1234")]
    )
    put_into_outbox(place.workspace.id, letter, "key/x")
    assert "[a (4 bytes)]" in OutboxMail.objects.get().text
