"""Public fakes for node authors and for our own tests of pure parts. No product code imports it."""

from runtime.testing.clock import FixedClock
from runtime.testing.files import PlainFiles
from runtime.testing.graph import RunResult, run_graph
from runtime.testing.journal import MemoryJournal
from runtime.testing.keeping import PlainFacts, PlainMail, PlainMemory, PlainTables
from runtime.testing.world import QuietWorld

__all__ = [
    "FixedClock",
    "MemoryJournal",
    "PlainFacts",
    "PlainFiles",
    "PlainMail",
    "PlainMemory",
    "PlainTables",
    "QuietWorld",
    "RunResult",
    "run_graph",
]
