"""Becomes another program that dies with its supervisor; run as a script, never imported.

`python -I -S child.py SUPERVISOR_PID USER_ID|- PROGRAM ARGUMENT...`
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1
OPEN_FILES = 65_536


def die_with_parent(supervisor: int) -> None:
    """Ask the kernel for SIGTERM when the supervisor dies; elsewhere than on Linux it cannot."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    # It may have died before the kernel was asked: then nobody would ever tell us.
    if os.getppid() != supervisor:
        sys.exit(1)


def become(user: str) -> None:
    """Give up root for a user; here, since that user may not be allowed to run this Python."""
    if user != "-":
        os.setgroups([])
        os.setgid(int(user))
        os.setuid(int(user))


def allow_many_connections() -> None:
    """Raise the limit on open files as far as the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    allow_many_connections()
    become(sys.argv[2])  # before the next line: a change of user clears what it asks for
    die_with_parent(int(sys.argv[1]))
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606
