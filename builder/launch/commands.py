"""Runs one program to its end with its output in a log, and turns a failure into plain words."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from builder.launch.messages import Trouble, ends

DISK_FULL = ("No space left on device", "ENOSPC", "database or disk is full")
NO_NETWORK = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "Failed to establish a new connection",
    "Network is unreachable",
    "EAI_AGAIN",
    "ENOTFOUND",
)


def run_quietly(
    argv: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str],
    cwd: Path,
    failure: str,
    user: int | None = None,
) -> str:
    """Run *argv* and return what it wrote to standard output; raise Trouble when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w+b") as sink:
        done = subprocess.run(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=sink,
            env=dict(env),
            cwd=cwd,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            check=False,
        )
        sink.write(done.stdout)
    if done.returncode != 0:
        raise explain(failure, log)
    return done.stdout.decode(errors="replace")


def explain(failure: str, log: Path) -> Trouble:
    """Say what to do about a failed program, judging by the end of its log."""
    text = log.read_text(errors="replace")
    report = ends(text)
    if any(sign in text for sign in DISK_FULL):
        return Trouble(failure, "The disk is full. Make room, then run the same command again.")
    if any(sign in text for sign in NO_NETWORK):
        advice = (
            "The network could not be reached. Check the connection (behind a proxy: "
            "HTTPS_PROXY), then run the same command again: it goes on where it stopped."
        )
        return Trouble(failure, advice, *(f"| {line}" for line in report[-3:]))
    return Trouble(failure, *(f"| {line}" for line in report), f"The whole report is in {log}")
