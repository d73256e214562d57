"""Reads what the surroundings say (environment, data folder, key files).

It never imports Django: the settings are built from it.
"""

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether the variable is switched on ("1", "true", "yes", "on")."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def words(name: str) -> list[str]:
    """Return the variable's comma-separated values."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def data_dir() -> Path:
    """Return the folder under which everything is kept, made if it is missing."""
    path = Path(os.environ.get("SEGUE_DATA") or BASE_DIR / "data").absolute()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret_key(data: Path) -> str:
    """Return the key that signs sessions: from the environment, else from its file."""
    return os.environ.get("SEGUE_SECRET_KEY") or _key_file(data / "secrets" / "secret_key", _random)


class BadKeyError(Exception):
    """A key cannot be one; the sentence says which and what to do."""


def encryption_keys(data: Path) -> list[str]:
    """Return the keys connections are encrypted with, newest first; raises BadKeyError."""
    given, path = os.environ.get("SEGUE_ENCRYPTION_KEYS"), data / "secrets" / "encryption_keys"
    text = given or _key_file(path, _fernet_key)
    keys = [key.strip() for key in text.replace("\n", ",").split(",") if key.strip()]
    place = "SEGUE_ENCRYPTION_KEYS" if given else str(path)
    if not keys:
        raise BadKeyError(f"There is no key in {place}. Put back the key that was there.")
    for number, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError:
            raise BadKeyError(
                f"Key {number} in {place} is damaged: a key is 44 characters long. "
                "Put back the key that was there; without it, saved connections cannot be opened."
            ) from None
    return keys


def _random() -> str:
    return secrets.token_urlsafe(48)


def _fernet_key() -> str:
    return Fernet.generate_key().decode()


def _key_file(path: Path, make: Callable[[], str]) -> str:
    """Return the file's key, made readable for its owner alone if it is missing.

    Web and worker start together: the key is written aside and linked into place, so that the
    slower of two processes reads the other's key instead of replacing it or reading half of it.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
    return path.read_text().strip()


def canvas_dist() -> Path | None:
    """Return the folder of the built canvas: the checkout's own build, else the wheel's copy."""
    places = (BASE_DIR / "frontend" / "dist", BASE_DIR / "builder" / "static" / "canvas")
    return next((place for place in places if (place / ".vite" / "manifest.json").is_file()), None)


def static_root(data: Path) -> Path:
    """Return the folder into which `collectstatic` gathers the files the browser loads."""
    path = data / "static"
    path.mkdir(exist_ok=True)
    return path
