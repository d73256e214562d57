"""The sandbox keeps its promises: results, limits, own process, recovery."""

import asyncio
import os
import signal
import time

import pytest

from runtime.expressions.formula import prepare
from runtime.sandbox.plain import plain
from runtime.sandbox.pool import MontySandbox, sandbox_state, shared_sandbox
from runtime.sdk import ErrorClass, Json, NodeError


def run_code(code: str, seconds: float = 2.0, **variables: Json) -> tuple[Json, list[str]]:
    async def main() -> tuple[Json, list[str]]:
        result, lines = await shared_sandbox().run_code(code, variables, timeout_seconds=seconds)
        return result, list(lines)

    return asyncio.run(main())


def refused(code: str, seconds: float = 2.0) -> NodeError:
    with pytest.raises(NodeError) as caught:
        run_code(code, seconds, item={"a": 1})
    assert caught.value.error_class is ErrorClass.CODE
    assert caught.value.retryable is False
    return caught.value


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("item['a'] + 1", 2),
        ("return item['a'] + 1", 2),
        ("result = [item]\nprint('x')", [{"a": 1}]),
        ("x = 1", None),
        ("{1, 2}", [1, 2]),
        ("2 ** 70", str(2**70)),
        ("{1: 'x'}", {"1": "x"}),
        ("import datetime\ndatetime.date(2026, 1, 2)", "2026-01-02"),
    ],
)
def test_a_codes_result(code: str, result: Json) -> None:
    assert run_code(code, item={"a": 1})[0] == result


def test_what_code_prints_comes_back_line_by_line() -> None:
    assert run_code("print('one')\nprint('two')")[1] == ["one", "two"]


def test_a_flood_of_lines_is_cut_and_says_so() -> None:
    lines = run_code("for i in range(5000): print('x' * 100)", 5)[1]
    assert len(lines) < 1100
    assert "left out" in lines[-1]


def test_an_error_names_its_line() -> None:
    assert refused("x = 1\n1 / 0").message == (
        "Something was divided by zero: division by zero (line 2)."
    )
    assert "(line 2)" in refused("x = 1\ndef f(:").message


def test_time_and_memory_are_bounded() -> None:
    began = time.monotonic()
    assert "longer than 0.3 s" in refused("while True: pass", 0.3).message
    assert "64 MB" in refused("'x' * 10 ** 9").message
    assert "itself" in refused("def f(): return f()\nf()").message
    assert time.monotonic() - began < 3


def test_sleeping_costs_nothing() -> None:
    began = time.monotonic()
    assert run_code("import time\ntime.sleep(10 ** 6)\n'awake'")[0] == "awake"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("code", ["float('nan')", "float('inf')", "b'x'"])
def test_what_is_not_data_is_refused(code: str) -> None:
    assert refused(code).message.startswith("The result is")


def test_deep_and_large_results_are_refused() -> None:
    assert "100 levels" in refused("x = []\nfor i in range(150): x = [x]\nx").message
    assert "1 MB" in refused("'x' * 2_000_000").message
    with pytest.raises(NodeError):
        plain("\ud800")
    with pytest.raises(NodeError):
        plain("a\0b")


def test_nothing_is_left_for_the_next_call() -> None:
    run_code("secret = 42")
    assert "not known" in refused("secret").message


def test_formulas_answer_a_row_per_scope_with_a_cell_per_formula() -> None:
    sources = ["ROUND(input.total * 1.19, 2)", "IF(input.total > 1, 'big', 'small')", "1 / input.n"]
    codes = [prepare(source).code for source in sources]
    scopes: list[dict[str, Json]] = [
        {"input": {"total": 2, "n": 0}},
        {"input": {"total": 1, "n": 4}},
    ]
    rows = asyncio.run(shared_sandbox().formulas(codes, scopes))
    assert list(rows[0][:2]) == [2.38, "big"]
    assert isinstance(rows[0][2], NodeError)
    assert list(rows[1]) == [1.19, "small", 0.25]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("SUM([1, 2], 3)", 6),
        ("AVERAGE(1, 2)", 1.5),
        ("COUNT([1, None, 2])", 2),
        ("TEXT(3) + 'x'", "3x"),
        ("NUMBER(' 4 ') + NUMBER('0.5')", 4.5),
        ("CONCAT('a', 1)", "a1"),
        ("ROUND(2.5)", 3),
        ("ROUND(-2.5)", -3),
        ("len(TODAY())", 10),
    ],
)
def test_the_helpers_of_a_spreadsheet(source: str, value: Json) -> None:
    assert asyncio.run(shared_sandbox().formulas([prepare(source).code], [{}])) == [[value]]


def test_a_formula_that_runs_wild_bears_it_alone() -> None:
    rows = asyncio.run(shared_sandbox().formulas(["1 + 1", "9 ** 9 ** 9"], [{}, {}]))
    assert [row[0] for row in rows] == [2, 2]
    assert all(isinstance(row[1], NodeError) for row in rows)


def test_a_killed_sandbox_process_does_not_break_the_next_call() -> None:
    async def main() -> list[Json]:
        sandbox = MontySandbox(processes=1)
        try:
            first = (await sandbox.run_code("1", {}, timeout_seconds=2))[0]
            pool = await sandbox._opened()
            async with pool.checkout() as session:
                pid = session.worker_pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            return [first, (await sandbox.run_code("2", {}, timeout_seconds=2))[0]]
        finally:
            await sandbox.close()

    assert asyncio.run(main()) == [1, 2]


def test_a_process_killed_in_the_middle_is_tried_once_more() -> None:
    async def main() -> Json:
        sandbox = MontySandbox(processes=1)
        try:
            pool = await sandbox._opened()
            async with pool.checkout() as session:
                pid = session.worker_pid
            assert pid is not None
            code = "x = 0\nwhile x < 2_000_000: x += 1\nx"
            work = asyncio.create_task(sandbox.run_code(code, {}, timeout_seconds=20))
            await asyncio.sleep(0.05)
            os.kill(pid, signal.SIGKILL)
            return (await work)[0]
        finally:
            await sandbox.close()

    assert asyncio.run(main()) == 2_000_000


def test_health_says_whether_bubblewrap_stands_around_it() -> None:
    assert sandbox_state().sentence.startswith("Code runs in its own process")
