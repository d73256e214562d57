"""A memory of answers in which nothing stays."""

from typing import Any

from runtime.providers.known import AskedBefore


class NoAnswers:
    """See `runtime.providers.known.Answers`."""

    async def find(self, digest: str, now: float) -> None:
        """Nothing."""

    async def keep(self, digest: str, reply: dict[str, Any], until: float) -> None:
        """Not kept."""

    async def find_alike(self, asked: AskedBefore, least: float, now: float) -> None:
        """Nothing."""

    async def keep_alike(self, asked: AskedBefore, reply: dict[str, Any], until: float) -> None:
        """Not kept."""
