"""What the sandbox's errors read like to the person who wrote the formula or code."""

from __future__ import annotations

from typing import NoReturn

from pydantic_monty import MontyCrashedError, MontyError, MontyRuntimeError, MontySyntaxError

from runtime.sdk import ErrorClass, NodeError

_MISSING = "This part of Python is not available here"
_KINDS = {
    "ZeroDivisionError": "Something was divided by zero",
    "NameError": "A name is not known",
    "KeyError": "There is no field called",
    "IndexError": "The list has no such entry",
    "TypeError": "The values do not fit together",
    "ValueError": "A value does not fit",
    "ModuleNotFoundError": "This module cannot be used here",
    "ImportError": "This module cannot be used here",
    "RuntimeError": "This is not possible here",
    "PermissionError": "Files cannot be used here",
}


def sentence(kind: str, message: str) -> str:
    """A formula's or code's own error, in words."""
    words = _KINDS.get(kind, _MISSING if kind.startswith("NotImplemented") else kind)
    detail = " ".join(message.split())[:300]
    return f"{words}: {detail}" if detail else words


def too_slow(seconds: float) -> NodeError:
    """It was stopped for its time."""
    return _error(
        f"It took longer than {seconds:g} s and was stopped.",
        "Do less at once, or raise the step's time limit.",
    )


def translate(error: MontyError, *, seconds: float, name: str) -> NodeError:
    """The NodeError for whatever the sandbox raised; `name` is “The code” or “The formula”."""
    if isinstance(error, MontyCrashedError):
        if error.timed_out:
            return too_slow(seconds)
        return _error(f"{name} broke the process it ran in.", "Simplify it.")
    inner = error.exception()
    kind, line = type(inner).__name__, _line(error)
    where = f" (line {line})" if line and name == "The code" else ""
    if isinstance(error, MontySyntaxError):
        return _error(f"{name} cannot be read{where}: {_message(error)}.", "Correct it.")
    if isinstance(inner, TimeoutError):
        return too_slow(seconds)
    if isinstance(inner, MemoryError):
        return _error(f"{name} used more memory than the 64 MB it may.", "Use less data at once.")
    if isinstance(inner, RecursionError):
        return _error(f"{name} calls itself without end{where}.", "Give it a way to stop.")
    return _error(f"{sentence(kind, _message(error))}{where}.", "Check it against the data.")


def _message(error: MontyError) -> str:
    if isinstance(error, (MontyRuntimeError, MontySyntaxError)):
        return " ".join(error.display("msg").split())[:300].rstrip(".")
    return " ".join(str(error).split())[:300].rstrip(".")


def _line(error: MontyError) -> int | None:
    """The line that failed: the innermost one, for that is where to look."""
    if not isinstance(error, (MontyRuntimeError, MontySyntaxError)):
        return None
    frames = error.traceback()
    return frames[-1].line if frames else None


def _error(message: str, fix: str) -> NodeError:
    return NodeError(message, error_class=ErrorClass.CODE, retryable=False, fix=fix)


def refuse(error: MontyError, *, seconds: float, name: str) -> NoReturn:
    """Raise the translation."""
    raise translate(error, seconds=seconds, name=name) from None
