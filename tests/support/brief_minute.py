"""Runs a module in a process for which the minute of models' limits is shorter."""

import runpy
import sys

from runtime.store import model_grants

if __name__ == "__main__":
    model_grants.MINUTE = float(sys.argv[1])
    module = sys.argv[2]
    sys.argv = sys.argv[2:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
