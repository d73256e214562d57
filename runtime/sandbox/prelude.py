"""The spreadsheet helpers of formulas, and the program that tries all formulas on all items.

This is Python *for the sandbox*, kept as text; nothing of it runs in our own process.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

HELPERS = """
def IF(condition, then, otherwise=None):
    return then if condition else otherwise

def ROUND(number, digits=0):
    shift = 10 ** digits
    scaled = abs(number) * shift
    rounded = int(scaled + 0.5 + 1e-9) / shift
    rounded = rounded if number >= 0 else -rounded
    return int(rounded) if digits <= 0 else rounded

def TODAY():
    import datetime
    return datetime.date.today().isoformat()

def _flat(values):
    found = []
    for value in values:
        if isinstance(value, (list, tuple, set)):
            found.extend(_flat(value))
        elif value is not None:
            found.append(value)
    return found

def SUM(*values):
    return sum(_flat(values))

def AVERAGE(*values):
    found = _flat(values)
    return sum(found) / len(found)

def COUNT(*values):
    return len(_flat(values))

def TEXT(value):
    return "" if value is None else str(value)

def NUMBER(value):
    if isinstance(value, (int, float)):
        return value
    text = str(value).strip()
    return int(text) if text.lstrip("+-").isdigit() else float(text)

def CONCAT(*values):
    return "".join([TEXT(value) for value in _flat(values)])
"""

# Errors stay with their cell: one bad item must not take the others' values.
_LOOP = """
def _try(formula, scope):
    try:
        return [True, formula(scope)]
    except Exception as error:
        return [False, type(error).__name__, str(error)]

[[_try(formula, scope) for formula in _formulas] for scope in _scopes]
"""


def program(sources: Sequence[str], names: Collection[str]) -> str:
    """One snippet whose value is a row per scope with a cell per formula."""
    parts = [HELPERS]
    unpack = "".join(f"    {name} = _scope[{name!r}]\n" for name in sorted(names))
    for number, source in enumerate(sources):
        parts.append(f"def _formula{number}(_scope):\n{unpack}    return ({source})\n")
    listed = ", ".join(f"_formula{number}" for number in range(len(sources)))
    return "\n".join([*parts, f"_formulas = [{listed}]", _LOOP])
