"""How much memory a child may use, and what is said when it wants more."""

from __future__ import annotations

import os

from runtime.sdk import NodeError

VARIABLE = "SEGUE_CHILD_MEMORY_MB"
MOST_MB = 1024


def most_memory_mb() -> int:
    """What one child may use; 0 means as much as there is."""
    return int(os.environ.get(VARIABLE, MOST_MB))


def too_much_memory() -> NodeError:
    """For an attempt that wanted more. Trying again would want as much."""
    return NodeError(
        f"This step used more memory than the {most_memory_mb():,} MB it may.",
        retryable=False,
        fix="Give it less data at once, or ask whoever runs this server for a larger limit.",
    )
