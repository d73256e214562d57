"""What may pass between a worker and its children, and what may not."""

import os
import pickle
from datetime import date

import pytest

from runtime.children.frames import HEAD, Kind, UnfitBodyError, pack, unpack
from runtime.providers.protocols import ChatReply, ChatRequest, Message, Usage
from runtime.sdk import Item, Output, Park, ParkKind, Resumed
from runtime.sdk.context import HttpReply
from runtime.sdk.items import FileRef

FILE = FileRef("00ff", "a.txt", "text/plain", 3)
VALUES = [
    {"a": [1, 2.5, None, True, "ü"], "b": {"c": b"\x00"}},
    Output({"out": (Item({"n": 1}, [FILE], [0, 2]),)}, usage={"tokens_in": 3}),
    Output.wait(Park(ParkKind.APPROVAL, 12.5, {"who": "anybody"})),
    Resumed(ParkKind.TIMER, expired=True),
    HttpReply(200, {"Content-Type": "text/plain"}, b"\xff", "https://example.org/"),
    ChatRequest([Message("user", "Hi")], schema={"type": "object"}),
    ChatReply("Hi", None, Usage("small", 1, 2)),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_plain_values_arrive_as_they_were(value: object) -> None:
    message = pack(Kind.OUTPUT, 7, value)
    size, kind, attempt = HEAD.unpack(message[: HEAD.size])
    assert (size, Kind(kind), attempt) == (len(message) - HEAD.size, Kind.OUTPUT, 7)
    assert unpack(message[HEAD.size :]) == value


def test_where_an_item_came_from_arrives_too() -> None:
    item = unpack(pack(Kind.OUTPUT, 1, Item(1, [FILE], [4]))[HEAD.size :])
    assert (item.files, item.origin) == ([FILE], [4])


class Runs:
    """Unpickling this calls a function."""

    def __init__(self, function: object, *args: object) -> None:
        self.call = (function, args)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


HARMFUL = {
    "a command": pickle.dumps(Runs(os.system, "true")),
    "an import": pickle.dumps(Runs(__import__, "os")),
    "eval": pickle.dumps(Runs(eval, "1")),
    "a module inside ours": b"cruntime.sdk.params\nCallable\n.",
    "a function of ours": b"cruntime.sdk.params\nfield\n.",
    "through a dot": b"\x80\x04\x8c\x12runtime.sdk.errors\x8c\x13NodeError.__init__\x93.",
    "another class of ours": b"cruntime.children.process\nChildProcess\n.",
    "a date": pickle.dumps(date(2024, 1, 1)),
    "noise": b"\x80\x05noise",
    "nothing": b"",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_nothing_else_is_read(name: str) -> None:
    with pytest.raises(UnfitBodyError):
        unpack(HARMFUL[name])


def test_what_cannot_be_packed_is_said() -> None:
    with pytest.raises(UnfitBodyError):
        pack(Kind.OUTPUT, 1, lambda: None)
