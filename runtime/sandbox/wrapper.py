"""Puts bubblewrap around the sandbox's program where this machine lets it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shlex
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic_monty._binary import find_monty_binary

SWITCH = "SEGUE_SANDBOX_WRAP"  # "off" where an operator wraps the whole worker instead
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")


@dataclass(frozen=True, slots=True)
class SandboxState:
    """What the sandbox stands in, for the health page."""

    wrapped: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Wrapping:
    """The program to start for each sandbox process, and how safe it is."""

    program: str
    state: SandboxState


@cache
def wrapping() -> Wrapping:
    """Find out, once per process, whether bubblewrap works here."""
    program = find_monty_binary()
    bwrap = shutil.which("bwrap")
    if os.environ.get(SWITCH, "").lower() == "off" or platform.system() != "Linux" or not bwrap:
        why = "bubblewrap is not installed" if not bwrap else "it is switched off here"
        return Wrapping(program, SandboxState(False, f"Code runs in its own process; {why}."))
    arguments = _arguments(bwrap, program)
    if not _works(arguments):
        why = "this machine does not let bubblewrap work"
        return Wrapping(program, SandboxState(False, f"Code runs in its own process; {why}."))
    sentence = "Code runs in its own process, without network and files (bubblewrap)."
    return Wrapping(_script(arguments), SandboxState(True, sentence))


def sandbox_state() -> SandboxState:
    """Say whether bubblewrap stands around the sandbox."""
    return wrapping().state


def _arguments(bwrap: str, program: str) -> list[str]:
    """No network, no files but the program and its libraries, no environment, no privileges."""
    libraries = [
        part for path in _LIBRARIES if Path(path).exists() for part in ("--ro-bind", path, path)
    ]
    return [
        *(bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"),
        *("--cap-drop", "ALL", *libraries, "--ro-bind", program, "/monty", "--chdir", "/"),
        *("--", "/monty"),
    ]


def _works(arguments: list[str]) -> bool:
    try:
        tried = subprocess.run(
            [*arguments, "--version"], capture_output=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def _script(arguments: list[str]) -> str:
    """The pool takes one path and no arguments, so they go into a script only we may change."""
    text = f'#!/bin/sh\nexec {shlex.join(arguments)} "$@"\n'
    folder = _own_folder()
    path = folder / f"monty-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    if not path.exists():
        aside = folder / f"{path.name}.{os.getpid()}"
        aside.write_text(text)
        aside.chmod(stat.S_IRWXU)
        aside.replace(path)
    return str(path)


def _own_folder() -> Path:
    """One folder for all processes of this user; never one that somebody else prepared for us.

    Best in the data folder: machines clear their temporary folder while workers run.
    """
    data = os.environ.get("SEGUE_DATA")
    temporary = Path(tempfile.gettempdir()) / f"segue-sandbox-{os.getuid()}"
    folder = Path(data).absolute() / "sandbox" if data else temporary
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=stat.S_IRWXU, parents=True)
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if ours and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return folder
    return Path(tempfile.mkdtemp(prefix="segue-sandbox-"))
