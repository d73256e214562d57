"""A mailbox over IMAP, as much of it as our reader uses; says which commands it got."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "shop", "canary-of-the-mailbox"


@dataclass
class Mailbox:
    """`mails` by their number. Another `validity` means another mailbox under the same name."""

    port: int = 0
    validity: int = 7
    mails: dict[int, bytes] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        box = self.server.box
        self._say(b"* OK here")
        while line := self.rfile.readline(10_000).decode().strip():
            tag, _, command = line.partition(" ")
            box.commands.append(command)
            word = command.partition(" ")[0].upper()
            if word == "CAPABILITY":
                self._say(b"* CAPABILITY IMAP4rev1")
            elif word == "LOGIN" and PASSWORD not in command:
                self._say(f"{tag} NO who are you".encode())
                continue
            elif word in ("EXAMINE", "SELECT"):
                if "INBOX" not in command:
                    self._say(f"{tag} NO no such folder".encode())
                    continue
                self._say(f"* {len(box.mails)} EXISTS".encode())
                self._say(f"* OK [UIDVALIDITY {box.validity}] ids".encode())
            elif word == "UID":
                self._uid(command)
            elif word == "LOGOUT":
                self._say(b"* BYE")
            self._say(f"{tag} OK done".encode())
            if word == "LOGOUT":
                return

    def _uid(self, command: str) -> None:
        mails = self.server.box.mails
        if found := re.match(r"UID SEARCH UID (\d+|\*)(?::\*)?$", command):
            newest = max(mails, default=0)
            # As the standard has it: what ends in * holds the newest, whatever it begins with.
            low = newest if found[1] == "*" else int(found[1])
            hits = sorted({uid for uid in mails if uid >= low} | ({newest} if mails else set()))
            self._say(b"* SEARCH " + " ".join(map(str, hits)).encode())
        elif found := re.match(r"UID FETCH (\d+) \((.*)\)$", command):
            content = mails[int(found[1])]
            if "SIZE" in found[2]:
                self._say(f"* 1 FETCH (UID {found[1]} RFC822.SIZE {len(content)})".encode())
                return
            self._say(f"* 1 FETCH (UID {found[1]} BODY[] {{{len(content)}}}".encode())
            self.wfile.write(content)
            self._say(b")")

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, box: Mailbox) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.box = box
        box.port = self.server_address[1]


@contextmanager
def imap_server(*mails: bytes) -> Iterator[Mailbox]:
    """Serve a mailbox on a free port of this machine."""
    box = Mailbox(mails=dict(enumerate(mails, 1)))
    with _Server(box) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join(5)
