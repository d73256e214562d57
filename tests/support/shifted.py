"""Runs a module in a process whose wall clock is wrong: `python -m tests.support.shifted 3600 x.y`.

Only the clock on the wall: what measures how long something takes goes on as it does.
"""

import runpy
import sys
import time


def shift(seconds: float) -> None:
    """From now on this process believes it is so much later."""
    right = time.time
    time.time = lambda: right() + seconds


if __name__ == "__main__":
    shift(float(sys.argv[1]))
    module = sys.argv[2]
    sys.argv = sys.argv[2:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
