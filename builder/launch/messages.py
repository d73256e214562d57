"""What a person sees while Segue starts: calm lines, one per step, and troubles in plain words."""

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self, TextIO

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
STILL_GOING_SECONDS = 30


class Trouble(Exception):  # noqa: N818 (a person reads it, and it is no crash)
    """Something a person can put right: what happened, and what to do."""

    def __init__(self, what: str, *advice: str) -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice

    def __str__(self) -> str:
        return "\n".join([self.what, *(f"  {line}" for line in self.advice)])


class Screen:
    """Writes lines; on a terminal a running step shows its seconds."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.live = self.stream.isatty()
        encoding = (getattr(self.stream, "encoding", None) or "ascii").lower()
        self.pretty = encoding.replace("-", "") == "utf8"

    def say(self, line: str = "") -> None:
        """Write one line at once, so that another program can read it."""
        with contextlib.suppress(BrokenPipeError):
            self.stream.write(line + "\n")
            self.stream.flush()

    def complain(self, trouble: Trouble) -> None:
        """Tell what went wrong and what to do."""
        sys.stderr.write(f"\n{trouble}\n")
        sys.stderr.flush()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show that *title* is being done, and how long it took."""
        with Ticker(self, title) as ticker:
            yield
            ticker.done = True


class Ticker:
    """One running step on the screen, redrawn by a thread of its own."""

    def __init__(self, screen: Screen, title: str) -> None:
        self.screen = screen
        self.title = title
        self.done = False
        self.started = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        if not self.screen.live:
            self.screen.say(f"- {self.title}")
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        seconds = time.monotonic() - self.started
        if self.screen.live:
            self._redraw(("✓" if self.done else "✗") if self.screen.pretty else "-", "\n")
        elif self.done and seconds >= 1:
            self.screen.say(f"  done in {duration(seconds)}")

    def _tick(self) -> None:
        pause = 0.1 if self.screen.live else STILL_GOING_SECONDS
        turn = 0
        while not self._over.wait(pause):
            if self.screen.live:
                self._redraw(SPINNER[turn % len(SPINNER)] if self.screen.pretty else "-", "")
            else:
                self.screen.say(f"  still at it ({duration(time.monotonic() - self.started)})")
            turn += 1

    def _redraw(self, sign: str, end: str) -> None:
        seconds = time.monotonic() - self.started
        taken = f"  {duration(seconds)}" if seconds >= 1 else ""
        self.screen.stream.write(f"\r\033[K{sign} {self.title}{taken}{end}")
        self.screen.stream.flush()


def duration(seconds: float) -> str:
    """Seconds as a person says them: `7 s`, `2 min 5 s`."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"


def tail(text: str, lines: int = 15) -> list[str]:
    """The last lines that say something."""
    return [line.rstrip() for line in text.splitlines() if line.strip()][-lines:]


def ends(text: str, lines: int = 8) -> list[str]:
    """The first and the last lines that say something: some programs open with the cause."""
    said = tail(text, lines=10_000)
    return said if len(said) <= 2 * lines else [*said[:lines], "...", *said[-lines:]]
