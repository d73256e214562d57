"""The ledger of places at models: who is next, what is counted, and what the dead leave behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any
from uuid import UUID, uuid4

import pytest

from builder.launch import environment
from runtime.store import model_calls, model_grants, model_sweep
from runtime.store.dialect import Connection
from runtime.store.model_budgets import answer
from runtime.store.model_calls import Call, Cooling, Go, Over, Queued, Spent, Terms, Used
from tests.support.servers import fresh_database
from tests.support.stand import Stand

NONE = Terms("GPT")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def db(
    request: pytest.FixtureRequest,
    servers: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    module_redis_url: str,
) -> Iterator[Connection]:
    with ExitStack() as stack:
        database = None
        if request.param == "postgresql":
            fresh = fresh_database(servers[environment.TEST_POSTGRES_URL])
            database = stack.enter_context(fresh)
        made = Stand(tmp_path_factory.mktemp("places"), database, module_redis_url)
        stack.callback(made.close)
        yield made.db


class House:
    """A workspace with one model, in which calls are asked for."""

    def __init__(self, db: Connection) -> None:
        self.db, self.workspace, self.profile = db, uuid4(), uuid4()

    def call(self, run: UUID, item: int = 0, **rest: Any) -> Call:
        fields: dict[str, Any] = {
            "id": uuid4(),
            "workspace": self.workspace,
            "profile": self.profile,
            "model": "gpt",
            "run": run,
            "node": "ask",
            "iteration": "",
            "item": item,
            "number": 1,
            "part": 0,
            "requests": 1,
            "tokens": 100,
            "cost": 1_000,
            "lasts": 1.0,
        }
        return Call(**{**fields, **rest})

    def ask(self, call: Call, terms: Terms = NONE, worker: UUID | None = None) -> object:
        return model_calls.ask(self.db, call, terms, worker)

    def settle(self, call: Call, cool: float = 0, **spent: Any) -> bool:
        took = Spent(**{"outcome": "ok", "model": "gpt-1", "requests": 1, **spent})
        return model_calls.settle(self.db, self.workspace, call.id, took, cool)

    def budget(self, unit: str, amount: int, scope: str = "workspace") -> None:
        with self.db.transaction():
            self.db.run(
                "INSERT INTO runtime_modelbudget (id, workspace_id, name, scope, target_id, "
                "period, unit, amount, more, active) "
                "VALUES (%s, %s, 'B', %s, %s, 'month', %s, %s, 500, %s)",
                (
                    self.db.id(uuid4()),
                    self.db.id(self.workspace),
                    scope,
                    self.db.id(self.profile) if scope == "model" else None,
                    unit,
                    amount,
                    True,
                ),
            )

    def used(self) -> tuple[int, int]:
        ((used, reserved),) = self.db.run(
            "SELECT used, reserved FROM runtime_budgetuse u JOIN runtime_modelbudget b "
            "ON b.id = u.budget_id WHERE b.workspace_id = %s",
            (self.db.id(self.workspace),),
        )
        return used, reserved

    def granted(self) -> list[int]:
        rows = self.db.run(
            "SELECT item FROM runtime_modelcall WHERE workspace_id = %s AND status = 'granted' "
            "ORDER BY item",
            (self.db.id(self.workspace),),
        )
        return [item for (item,) in rows]


@pytest.fixture
def house(db: Connection) -> House:
    return House(db)


LIMITS = [
    (Terms("GPT", calls_a_minute=2), "“GPT”: 2 calls a minute"),
    (Terms("GPT", tokens_a_minute=250), "“GPT”: 250 tokens a minute"),
    (Terms("GPT", at_once=2), "“GPT”: 2 calls at once"),
]


@pytest.mark.parametrize(("terms", "why"), LIMITS)
def test_what_is_over_a_limit_waits_and_says_for_what(house: House, terms: Terms, why: str) -> None:
    run = uuid4()
    calls = [house.call(run, n) for n in range(3)]
    assert house.ask(calls[0], terms) == Go()
    assert house.ask(calls[1], terms) == Go()
    third = house.ask(calls[2], terms)
    assert isinstance(third, Queued)
    assert (why in third.why, third.fresh) == (True, True)
    again = house.ask(calls[2], terms)
    assert isinstance(again, Queued)
    assert not again.fresh


def test_a_place_that_is_free_again_goes_to_who_waits(house: House) -> None:
    terms = Terms("GPT", at_once=1)
    first, second = house.call(uuid4()), house.call(uuid4())
    house.ask(first, terms)
    assert isinstance(house.ask(second, terms), Queued)
    house.settle(first)
    assert house.ask(second, terms) == Go()


def test_what_alone_is_more_than_the_limit_is_asked_when_nobody_else_is(house: House) -> None:
    terms = Terms("GPT", tokens_a_minute=50)
    assert house.ask(house.call(uuid4()), terms) == Go()
    assert isinstance(house.ask(house.call(uuid4()), terms), Queued)


def test_runs_take_turns(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = Terms("GPT", calls_a_minute=1)
    many, one = uuid4(), uuid4()
    house.ask(house.call(many, 0), terms)
    for number in range(1, 6):
        house.ask(house.call(many, number), terms)
    house.ask(house.call(one, 100), terms)
    with house.db.transaction():
        house.db.run("UPDATE runtime_modelqueue SET calls_a_minute = 3")
    model_sweep.look(house.db)
    assert house.granted() == [1, 100]


def test_who_asked_to_be_left_alone_is_left_alone_by_all(house: House) -> None:
    first = house.call(uuid4())
    house.ask(first)
    house.settle(first, cool=60, outcome="status_429")
    waits = house.ask(house.call(uuid4()))
    assert isinstance(waits, Queued)
    assert "left alone" in waits.why
    assert waits.due is not None
    assert waits.due - house.db.now() > 30
    assert house.ask(house.call(uuid4(), has_stand_in=True)) == Cooling()


def test_money_is_set_aside_before_and_counted_after_once(house: House) -> None:
    house.budget("money", 2_500)
    first, second, third = (house.call(uuid4(), n) for n in range(3))
    assert (house.ask(first), house.ask(second)) == (Go(), Go())
    assert house.used() == (0, 2_000)
    waits = house.ask(third)
    assert isinstance(waits, Queued)  # not yet a person: the two may turn out cheaper
    assert "show what they take" in waits.why
    assert house.settle(first, cost=700)
    assert not house.settle(first, cost=700)
    assert house.used() == (700, 1_000)
    assert house.settle(second, outcome="status_5xx", cost=0)
    assert house.used() == (700, 0)
    assert house.ask(third) == Go()


def test_what_costs_nothing_is_never_held_up_by_money(house: House) -> None:
    house.budget("money", 0)
    assert house.ask(house.call(uuid4(), cost=0)) == Go()
    assert isinstance(house.ask(house.call(uuid4())), Used)


@pytest.mark.parametrize("scope", ["run", "model", "workspace"])
def test_one_person_is_asked_and_all_go_on_or_none(house: House, scope: str) -> None:
    house.budget("calls", 0, scope)
    run = uuid4()
    first, second = house.call(run, 0), house.call(run, 1)
    used = house.ask(first)
    assert isinstance(used, Used)
    assert not used.refused
    assert isinstance(house.ask(second), Queued)
    with house.db.transaction():
        assert answer(house.db, used.use, allowed=True)
        assert not answer(house.db, used.use, allowed=True)
    assert (house.ask(first), house.ask(second)) == (Go(), Go())


def test_a_no_is_for_all_who_wait_and_for_nobody_later(house: House) -> None:
    house.budget("calls", 0)
    first, second = house.call(uuid4()), house.call(uuid4())
    used = house.ask(first)
    assert isinstance(used, Used)
    house.ask(second)
    with house.db.transaction():
        answer(house.db, used.use, allowed=False)
    for call in (first, second):
        said = house.ask(call)
        assert isinstance(said, Used)
        assert said.refused
    later = house.ask(house.call(uuid4()))
    assert isinstance(later, Used)
    assert not later.refused


def test_what_the_dead_had_under_way_counts_once_as_the_most_it_can_be(house: House) -> None:
    house.budget("money", 10_000)
    call = house.call(uuid4())
    house.ask(call, worker=uuid4())
    model_sweep.look(house.db)
    model_sweep.look(house.db)
    assert house.used() == (1_000, 0)
    assert not house.settle(call, cost=5)
    assert house.ask(call) == Over("lost", None)
    assert house.used() == (1_000, 0)


def test_a_place_that_nobody_takes_is_given_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.budget("calls", 10)
    terms = Terms("GPT", at_once=1)
    first, second = house.call(uuid4(), 1), house.call(uuid4(), 2)
    house.ask(first, terms)
    house.ask(second, terms)
    house.settle(first)
    monkeypatch.setattr(model_grants, "_TAKE_WITHIN_SECONDS", -1.0)
    model_sweep.look(house.db)
    assert (house.granted(), house.used()) == ([2], (1, 1))
    model_sweep.look(house.db)
    assert (house.granted(), house.used()) == ([], (1, 0))


def test_the_same_call_is_not_made_twice(house: House) -> None:
    call = house.call(uuid4())
    house.ask(call)
    house.settle(call, reply='{"text": "Hello"}')
    assert house.ask(call) == Over("ok", '{"text": "Hello"}')


def test_who_asks_together_gets_what_each_would_get_alone(db: Connection) -> None:
    for together in (False, True):
        house, run = House(db), uuid4()
        terms = Terms("GPT", at_once=3)
        calls = [house.call(run, item) for item in range(4)] + [house.call(uuid4())]
        over = calls[0]
        house.ask(over, terms)
        house.settle(over)
        if together:
            with db.transaction():
                model_calls.hold_desk(db, house.workspace)
                found = model_calls.ask_all(db, [(call, terms) for call in calls], None)
        else:
            # The other run's call first: its turn comes before the last one of the long run.
            order = [0, 1, 2, 4, 3]
            given = {n: model_calls.ask(db, calls[n], terms, None) for n in order}
            found = [given[n] for n in range(5)]
        assert [type(verdict) for verdict in found] == [Over, Go, Go, Queued, Go]
        rows = db.run(
            "SELECT status, turn FROM runtime_modelcall WHERE workspace_id = %s ORDER BY turn, id",
            (db.id(house.workspace),),
        )
        assert sorted(status for status, _ in rows) == ["calling"] * 3 + ["settled", "waiting"]


def test_a_budget_is_not_overdrawn_by_those_who_ask_together(db: Connection) -> None:
    house = House(db)
    house.budget("calls", 2)
    calls = [house.call(uuid4()) for _ in range(5)]
    with db.transaction():
        model_calls.hold_desk(db, house.workspace)
        found = model_calls.ask_all(db, [(call, NONE) for call in calls], None)
    assert sorted(type(verdict).__name__ for verdict in found) == ["Go"] * 2 + ["Queued"] * 3
