"""Ends all process groups of a supervisor that was killed; run as a script, never imported.

It listens on standard input: `+ PID` and `- PID` as groups come and go, `bye` for an orderly end.
End of input without `bye` means that the supervisor died. Only this also reaches grandchildren.
"""

import contextlib
import os
import signal
import sys
import time

GRACE_SECONDS = 10.0


def listen() -> set[int]:
    """Follow the groups until the supervisor ends; returns those that are left behind."""
    groups: set[int] = set()
    for line in sys.stdin:
        if line.startswith("bye"):
            return set()
        sign, pid = line.split()
        (groups.add if sign == "+" else groups.discard)(int(pid))
    return groups


def bury(groups: set[int]) -> None:
    """Ask every group to stop, and after the grace make it."""
    deadline = time.monotonic() + GRACE_SECONDS
    left = {group for group in groups if send(group, signal.SIGTERM)}
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = {group for group in left if send(group, 0)}
    for group in left:
        send(group, signal.SIGKILL)


def send(group: int, number: int) -> bool:
    """Signal a group; False when nobody is left in it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


if __name__ == "__main__":
    bury(listen())
