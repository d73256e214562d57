"""What a person reads while Segue starts."""

import io

import pytest

from builder.launch.messages import Screen, Trouble, duration, ends, tail


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (7.2, "7 s"), (59.4, "59 s"), (125, "2 min 5 s")]
)
def test_durations_read_as_a_person_says_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_trouble_tells_what_happened_and_what_to_do() -> None:
    trouble = Trouble("Port 8000 is taken.", "Use another one.", "Or stop the other program.")
    assert str(trouble).splitlines() == [
        "Port 8000 is taken.",
        "  Use another one.",
        "  Or stop the other program.",
    ]


def test_a_tail_keeps_the_last_lines_that_say_something() -> None:
    assert tail("one\n\ntwo\n  \nthree  \n", lines=2) == ["two", "three"]


def test_a_long_report_is_cut_in_the_middle() -> None:
    report = "\n".join(str(number) for number in range(100))
    assert ends(report, lines=2) == ["0", "1", "...", "98", "99"]
    assert ends("0\n1\n2\n3", lines=2) == ["0", "1", "2", "3"]


def test_where_nobody_watches_a_step_is_a_plain_line() -> None:
    out = io.StringIO()
    with Screen(out).step("Building the canvas"):
        pass
    assert out.getvalue() == "- Building the canvas\n"


def test_a_failed_step_does_not_claim_to_be_done() -> None:
    out = io.StringIO()
    with pytest.raises(Trouble), Screen(out).step("Building the canvas"):
        raise Trouble("no")
    assert "done" not in out.getvalue()
