"""Writes what the checks find in the corpora into the users' page: `-m tests.guarding.figures`."""

from pathlib import Path

from tests.guarding.corpus import CORPORA, figures, lines

PAGE = Path(__file__).parents[2] / "docs/users/guardrails.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def table() -> str:
    """The figures of all checks as a table."""
    rows = ["| check | kind | lines | precision | recall |", "|---|---|---|---|---|"]
    for name in CORPORA:
        count = len(lines(name))
        for kind, figure in figures(name).items():
            shown = f"{figure.precision:.2f} | {figure.recall:.2f}"
            rows.append(
                f"| {name} | {kind} | {figure.found + figure.missed} of {count} | {shown} |"
            )
    return "\n".join(rows)


def written(page: str) -> str:
    """The page with the figures of now."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
