"""Mails as they come, good and bad."""

import pytest

from runtime.network.arrived import read_mail

RUBBISH = [
    b"",
    b"\x00\xff\xfe" * 100,
    b"Subject: =?utf-8?Q?=FF=FE?=\nFrom: <\n\nx",
    b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n--x\n--x",
    b"From: a@b\nContent-Type: text/plain; charset=no-such\n\nx",
    b'Date: yesterday\nTo: ,,,\nFrom: "\n\n',
    b'Content-Type: multipart/alternative; boundary=""\n\nx',
]


@pytest.mark.parametrize("content", RUBBISH)
def test_rubbish_is_read_as_well_as_it_can_be(content: bytes) -> None:
    mail = read_mail(content)
    assert isinstance(mail.data["text"], str)
    assert isinstance(mail.data["subject"], str)


def test_a_name_in_an_attachment_is_no_more_than_a_name() -> None:
    content = (
        b"From: a@example.com\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=x\n\n"
        b"--x\nContent-Type: text/plain\n\nHello\n"
        b'--x\nContent-Type: text/html\nContent-Disposition: attachment; filename="../../a.html"'
        b"\n\n<script>\n--x--\n"
    )
    mail = read_mail(content)
    assert mail.data["text"] == "Hello"
    assert [(a.name, a.content.strip()) for a in mail.attachments] == [
        ("../../a.html", b"<script>")
    ], "who keeps it makes a harmless name of it"
