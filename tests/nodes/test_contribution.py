"""What drives a change: exact sums, drilled down, nothing missing."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from runtime.sdk import Json
from runtime.sdk.contribution import shares
from tests.support.one_step import run_node

ASKED = {"amount": "sum", "segments": ["country", "ware"], "before": "1", "after": "2"}


def fact(period: int, country: str, ware: str, amount: float) -> Json:
    return {"period": period, "country": country, "ware": ware, "sum": amount}


def rows(items: list[Json], **params: Any) -> list[dict[str, Any]]:
    result, out = run_node("data.contribution", {**ASKED, **params}, items)
    assert result.status == "succeeded", result.error
    return [row for row in out["out"] if isinstance(row, dict)]


def exact(rows: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(str(row[name])) for row in rows), Decimal(0))


def test_it_is_drilled_down_from_the_widest_segment() -> None:
    items = [
        fact(1, "DE", "Lamp", 0.1),
        fact(1, "DE", "Lamp", 0.2),
        fact(2, "DE", "Lamp", 0.9),
        fact(2, "DE", "Pot", 0.2),
        fact(1, "FR", "Pot", 1),
        fact(3, "FR", "Pot", 700),
    ]
    found = [(r["level"], r["segment"], r["before"], r["after"], r["change"]) for r in rows(items)]
    assert found == [
        (1, "FR", 1, 0, -1),
        (2, "FR › Pot", 1, 0, -1),
        (1, "DE", 0.3, 1.1, 0.8),
        (2, "DE › Lamp", 0.3, 0.9, 0.6),
        (2, "DE › Pot", 0, 0.2, 0.2),
    ]


@pytest.mark.parametrize("most", [1, 2, 100])
def test_the_parts_of_each_level_are_the_whole_to_the_last_digit(most: int) -> None:
    dice = random.Random(7)
    items = [
        fact(dice.choice((1, 2)), f"c{dice.randrange(5)}", f"w{dice.randrange(6)}", cents / 100)
        for cents in (dice.randrange(-10_000, 100_000) for _ in range(400))
    ]
    (one,) = rows(items, most=most, gives="one")
    top = [row for row in one["rows"] if row["level"] == 1]
    for name in ("before", "after", "change"):
        assert exact(top, name) == Decimal(str(one[name]))
        for row in top:
            inside = [r for r in one["rows"] if r["segment"].startswith(f"{row['segment']} › ")]
            assert not inside or exact(inside, name) == Decimal(str(row[name]))
    assert exact(top, "share") == Decimal(100)
    assert len(top) <= most + 1
    assert one["table"].count("\n") == len(one["rows"]) + 1


def test_a_whole_that_stands_still_has_no_shares() -> None:
    found = rows([fact(1, "DE", "a", 5), fact(2, "FR", "a", 5)], segments=["country"])
    assert [(row["change"], row["share"]) for row in found] == [(5, None), (-5, None)]
    assert rows([]) == []


@pytest.mark.parametrize("parts", [(1, 1, 1), (-1, 3, 1), (-2, -2, -3), (7, -1, 0)])
def test_shares_are_a_hundred(parts: tuple[int, ...]) -> None:
    found = shares(Decimal(sum(parts)), [Decimal(part) for part in parts])
    assert sum(share for share in found if share is not None) == 100


def test_an_amount_that_is_none_is_said() -> None:
    result, _ = run_node("data.contribution", ASKED, [fact(1, "DE", "a", 5), {"period": 2}])
    assert isinstance(result.error, dict)
    assert "“sum” of item 2 is not a number" in str(result.error["message"])
