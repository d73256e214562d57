"""A mail server that takes mails, and does as the receiver's name says."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "shop", "canary-of-the-mail"


@dataclass
class Caught:
    """A mail as it came: envelope and bytes."""

    sender: str
    recipients: list[str]
    content: bytes


@dataclass
class MailServer:
    """Where it listens, and what it got. `refused@`, `busy@` and `gone@` are not taken well."""

    port: int = 0
    mails: list[Caught] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        kept, mail = self.server.kept, Caught("", [], b"")
        self._say("220 here")
        while line := self.rfile.readline(2_000):
            word, _, rest = line.decode().strip().partition(" ")
            word = word.upper()
            if word == "EHLO":
                self._say("250-here\r\n250 AUTH PLAIN")
            elif word == "AUTH":
                good = rest.split(" ")[-1] == "AHNob3AAY2FuYXJ5LW9mLXRoZS1tYWls"  # base64 of both
                kept.signed_in.append(good)
                self._say("235 welcome" if good else "535 who are you")
            elif word == "MAIL":
                mail = Caught(rest.partition(":")[2].split(">")[0].strip("<"), [], b"")
                self._say("250 yes")
            elif word == "RCPT":
                address = rest.partition(":")[2].strip("<>")
                mail.recipients.append(address)
                answers = {"refused": "550 nobody of this name", "busy": "451 come back later"}
                self._say(answers.get(address.split("@")[0], "250 yes"))
            elif word == "DATA":
                self._say("354 go on")
                mail.content = self._content()
                if any(address.startswith("gone@") for address in mail.recipients):
                    return
                kept.mails.append(mail)
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 yes")

    def _content(self) -> bytes:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, kept: MailServer) -> None:
        self.kept = kept
        super().__init__(("127.0.0.1", 0), _Session)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run one on this machine."""
    kept = MailServer()
    with _Server(kept) as server:
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
