"""Writes how well the checks do into the users' page: `python -m tests.guarding.figures`."""

from pathlib import Path

from tests.guarding.corpus import CORPORA, Figures, figures, lines

PAGE = Path(__file__).parents[2] / "docs/users/guardrails.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
_HEAD = (
    "| check | kind | known: lines | precision | recall | new: lines | precision | recall |",
    "|---|---|---|---|---|---|---|---|",
)


def table() -> str:
    """The figures of all checks as a table: on texts that shaped the rules, and on new ones."""
    rows = list(_HEAD)
    for name in CORPORA:
        known, new = figures(name), figures(name, held_out=True)
        for kind, figure in known.items():
            told = f"{_told(figure, len(lines(name)))} | "
            told += _told(new[kind], len(lines(name, held_out=True)))
            rows.append(f"| {name} | {kind} | {told} |")
    return "\n".join(rows)


def written(page: str) -> str:
    """The page with the figures of now."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


def _told(figure: Figures, count: int) -> str:
    there, told = figure.found + figure.missed, figure.found + figure.wrong
    precision = f"{figure.precision:.2f}" if told else "–"
    return f"{there} of {count} | {precision} | {figure.recall:.2f}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
