"""Whether a question fits its model: counted by the model itself where it can, and told before."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from builder.services.count_tokens import count_tokens
from builder.services.prompt_problems import room_problems
from builder.services.prompts import add_prompt
from runtime.graph.parse import parse_document
from runtime.providers.protocols import ChatRequest, Message, Profile
from runtime.providers.room import TooLongError, fitting, room_of
from runtime.sdk import Context
from runtime.services.engine_connection import close_engine_connection
from tests.support.people import Place, make_place

PROFILE = Profile("id", "Small", "openai_compatible", "m", "http://m/v1", None, 1_000, 0, 0)


class Log:
    """What was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def warning(self, message: str, **data: Any) -> None:
        self.told.append(message)


class Ctx:
    """As much of a step's surroundings as this needs."""

    def __init__(self) -> None:
        self.log = Log()


async def letters(text: str) -> int | None:
    """A tokenizer for which each letter is a token."""
    return len(text)


async def none(text: str) -> int | None:
    """A server that does not count."""
    return None


def talk(*lengths: int, older: tuple[int, int] = (0, 0)) -> ChatRequest:
    """A talk of so long turns, the model's among them; the last one asks."""
    roles = ["user", "assistant"] * len(lengths)
    turns = [Message(cast(Any, role), "x" * n) for role, n in zip(roles, lengths, strict=False)]
    return ChatRequest(turns, max_tokens=100, older=older)


async def test_what_fits_is_asked_as_it_is_and_nobody_counts() -> None:
    async def never(text: str) -> int | None:
        raise AssertionError("It was counted.")

    request = talk(300)
    assert await fitting(PROFILE, request, never, cast(Context, Ctx())) is request


async def test_what_cannot_fit_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(TooLongError, match="has room for 900") as told:
        await fitting(PROFILE, talk(5_000), letters, cast(Context, Ctx()))
    assert (told.value.room, told.value.retryable) == (900, False)
    assert told.value.tokens > 5_000


@pytest.mark.parametrize(("length", "refused"), [(4_000, False), (9_000, True)])
async def test_an_estimate_refuses_only_what_cannot_be(length: int, refused: bool) -> None:
    request = talk(length)
    if not refused:
        assert await fitting(PROFILE, request, none, cast(Context, Ctx())) is request
        return
    with pytest.raises(TooLongError):
        await fitting(PROFILE, request, none, cast(Context, Ctx()))


async def test_the_oldest_of_the_conversation_is_left_out_in_pairs() -> None:
    ctx = Ctx()
    long = talk(2_000, 2_000, 300, 300, 200, older=(0, 4))
    fits = await fitting(PROFILE, long, letters, cast(Context, ctx))
    assert [len(turn.content) for turn in fits.messages] == [300, 300, 200]
    assert ctx.log.told == [
        "The oldest of the conversation was left out, so that the rest fits the model."
    ]
    with pytest.raises(TooLongError):  # the question itself stays
        await fitting(PROFILE, talk(300, 300, 3_000, older=(0, 2)), letters, cast(Context, ctx))


def test_the_answer_keeps_its_place_up_to_half_of_the_whole() -> None:
    assert room_of(PROFILE, ChatRequest([], max_tokens=100)) == 900
    assert room_of(PROFILE, ChatRequest([], max_tokens=100_000)) == 500
    assert room_of(replace(PROFILE, context_tokens=2_048), ChatRequest([], max_tokens=512)) == 1_536


@pytest.fixture
def place(transactional_db: None) -> Iterator[Place]:
    yield make_place("home")
    close_engine_connection()


def document(**params: Any) -> Any:
    """One step that asks a model."""
    start = {"id": "n_a", "key": "start", "type": "trigger.manual"}
    step = {"id": "n_b", "key": "ask", "name": "Ask", "type": "ai.llm", "params": params}
    edges = [{"source": "n_a", "target": "n_b"}]
    return parse_document({"format": "segue.flow/1", "nodes": [start, step], "edges": edges})


def test_tokens_are_counted_with_the_last_data_in_their_places(place: Place) -> None:
    graph = document(prompt="Answer {{ input.message }}", system="Be kind.")

    def tokens(data: dict[str, Any]) -> int:
        found = count_tokens(place.workspace.id, graph, key="ask", data=data)
        assert found is not None
        assert (found.exact, found.limit, found.room) == (False, 2_048, 1_536)
        return found.tokens

    assert tokens({"input": {"message": "x" * 3_000}}) > 1_000
    assert tokens({}) < 20
    assert count_tokens(place.workspace.id, graph, key="start", data={}) is None


def test_a_prompt_of_the_library_counts_too_and_is_told_before_publishing(place: Place) -> None:
    prompt = add_prompt(
        workspace_id=place.workspace.id, name="Long", text="word " * 3_000, actor=None
    )
    graph = document(saved_prompt={"prompt": str(prompt.id), "values": {}})
    found = count_tokens(place.workspace.id, graph, key="ask", data={})
    assert found is not None
    assert found.tokens > 4_000
    assert [one.code for one in room_problems(graph, place.workspace.id)] == ["too_long_for_model"]
    short = document(prompt="Answer {{ input.message }}")
    assert list(room_problems(short, place.workspace.id)) == []
