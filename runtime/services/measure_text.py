"""Counts a text's tokens as the model that will read it does, outside of any run."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from urllib.parse import urlsplit

from runtime.network.client import GuardedClient
from runtime.practice.model import is_ready, practice_server
from runtime.providers.ledger import BYTES_A_TOKEN
from runtime.providers.protocols import Profile
from runtime.providers.room import Count, tokenized
from runtime.sdk import NodeError

ASK_AGAIN = 600.0  # seconds after a server turned out to have no tokenizer
_without: dict[str, float] = {}


def measure_text(workspace_id: str, profile: Profile, text: str) -> Count:
    """So many tokens; an estimate where the model's server does not count. Blocks for seconds."""
    exact = asyncio.run(_counted(workspace_id, profile, text)) if _may_count(profile) else None
    if exact is not None:
        return Count(exact, True)
    return Count(-(-len(text.encode()) // BYTES_A_TOKEN), False)


def _may_count(profile: Profile) -> bool:
    """Nothing is started for it, and nobody is asked again and again who cannot count."""
    if profile.is_practice:
        return is_ready(_folder())
    return (
        profile.provider == "openai_compatible"
        and time.monotonic() - _without.get(profile.base_url, -ASK_AGAIN) >= ASK_AGAIN
    )


async def _counted(workspace_id: str, profile: Profile, text: str) -> int | None:
    http = GuardedClient(workspace_id)
    try:
        if profile.is_practice:
            server = await asyncio.to_thread(practice_server, _folder())
            inside = http.letting_through(urlsplit(server.url).netloc)
            return await tokenized(inside, profile, text, base_url=server.url, key=server.key)
        found = await tokenized(http, profile, text)
        if found is None:
            _without[profile.base_url] = time.monotonic()
        return found
    except NodeError:
        return None
    finally:
        await http.close()


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.DATA_DIR) / "practice"
