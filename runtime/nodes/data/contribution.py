"""Which segments brought about a change."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from runtime.sdk import (
    BatchNode,
    ErrorClass,
    Example,
    Item,
    Json,
    Kind,
    Mode,
    NodeError,
    NodeParams,
    Output,
    field,
)
from runtime.sdk.contribution import Fact, Part, contributions, grown, plain, rows
from runtime.sdk.paths import FieldName, field_of
from runtime.sdk.texts import Text
from runtime.sdk.values import as_text, number_of

OTHERS = "all others"
_NOTHING = "(nothing)"
_COLUMNS = ("segment", "before", "after", "change", "share", "percent")


class Contribution(BatchNode):
    """Find which segments drive a change between two times, such as revenue by country and ware."""

    type, version = "data.contribution", 1
    name, category, icon = "What drives a change", "Data", "arrows-split"
    keywords = ("contribution", "drill down", "variance", "analysis", "segments", "why", "pivot")
    summary = "{amount} by {segments}"
    mode = Mode.ALL

    class Params(NodeParams):
        amount: FieldName = field(
            Kind.TEXT,
            label="Field with the amount",
            placeholder="revenue",
            templates=False,
            min_length=1,
        )
        segments: tuple[FieldName, ...] = field(
            Kind.LIST,
            label="Fields of the segments",
            help="The widest first: each further one is looked at within the one before.",
            placeholder="country",
            templates=False,
            min_length=1,
            max_length=5,
        )
        period: FieldName = field(
            Kind.TEXT,
            "period",
            label="Field with the time",
            help="It tells to which of the two times an item belongs.",
            templates=False,
            min_length=1,
        )
        before: Text = field(
            Kind.TEXT,
            label="Before",
            help="What stands there in items of the earlier time.",
            placeholder="2026-01",
            min_length=1,
        )
        after: Text = field(
            Kind.TEXT,
            label="After",
            help="And in those of the later one. Items of any other time are left out.",
            placeholder="2026-02",
            min_length=1,
        )
        most: int = field(
            Kind.INTEGER,
            5,
            label="At most so many segments on a level",
            help="The smaller ones are put together, so that the sums match.",
            ge=1,
            le=1_000,
        )
        gives: Literal["rows", "one"] = field(
            Kind.CHOICE,
            "rows",
            label="Gives",
            choices={"rows": "A row for each segment", "one": "One item with totals and table"},
        )

    examples = (
        Example(
            "Why is revenue down?",
            {
                "amount": "revenue",
                "segments": ["country"],
                "before": "January",
                "after": "February",
                "gives": "one",
            },
            input=[
                {"period": "January", "country": "DE", "revenue": 100.1},
                {"period": "February", "country": "DE", "revenue": 70.1},
                {"period": "January", "country": "FR", "revenue": 50},
                {"period": "February", "country": "FR", "revenue": 60},
            ],
            output={
                "out": [
                    {
                        "before": 150.1,
                        "after": 130.1,
                        "change": -20,
                        "percent": -13.3,
                        "rows": [
                            {
                                "level": 1,
                                "segment": "DE",
                                "before": 100.1,
                                "after": 70.1,
                                "change": -30,
                                "share": 150,
                                "percent": -30,
                            },
                            {
                                "level": 1,
                                "segment": "FR",
                                "before": 50,
                                "after": 60,
                                "change": 10,
                                "share": -50,
                                "percent": 20,
                            },
                        ],
                        "table": "| segment | before | after | change | share | percent |\n"
                        "|---|---|---|---|---|---|\n"
                        "| DE | 100.1 | 70.1 | -30 | 150 | -30 |\n"
                        "| FR | 50 | 60 | 10 | -50 | 20 |",
                    }
                ]
            },
        ),
    )
    output_sample = {
        "level": 1,
        "segment": "DE",
        "before": 100.1,
        "after": 70.1,
        "change": -30,
        "share": 150,
        "percent": -30,
    }

    @classmethod
    def check(cls, params: Params) -> Sequence[tuple[str, str, str]]:
        if params.before == params.after:
            return [("after", "Before and after are the same.", "Name two times.")]
        return ()

    def run_whole(self, params: Params, items: Sequence[Item]) -> Output:
        whole = contributions(_facts(params, items), params.most)
        found, origin = list(rows(whole, OTHERS)), range(len(items))
        if params.gives == "one":
            return Output.items([Item(_one(whole, found), origin=origin)])
        return Output.items([Item(dict(row), origin=origin) for row in found])


def _facts(params: Contribution.Params, items: Sequence[Item]) -> list[Fact]:
    facts = []
    for n, item in enumerate(items):
        when = as_text(field_of(item.json, params.period)).strip()
        if when not in (params.before.strip(), params.after.strip()):
            continue
        path = tuple(as_text(field_of(item.json, name)) or _NOTHING for name in params.segments)
        facts.append(Fact(path, when == params.after.strip(), _amount(params, item, n)))
    return facts


def _amount(params: Contribution.Params, item: Item, n: int) -> Decimal:
    try:
        return Decimal(str(number_of(field_of(item.json, params.amount), params.amount)))
    except NodeError:
        raise NodeError(
            f"“{params.amount}” of item {n + 1} is not a number.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Filter such items out before, or make the field a number by Set fields.",
            field="amount",
        ) from None


def _one(whole: Part, found: Sequence[dict[str, Json]]) -> dict[str, Json]:
    return {
        "before": plain(whole.before),
        "after": plain(whole.after),
        "change": plain(whole.change),
        "percent": grown(whole),
        "rows": [dict(row) for row in found],
        "table": "\n".join(_markdown(found)),
    }


def _markdown(found: Sequence[dict[str, Json]]) -> list[str]:
    lines = [f"| {' | '.join(_COLUMNS)} |", "|" + "---|" * len(_COLUMNS)]
    for row in found:
        cells = (as_text(row[name]).replace("|", "\\|").replace("\n", " ") for name in _COLUMNS)
        lines.append(f"| {' | '.join(cells)} |")
    return lines
