"""Texts measured by a service: OpenAI's protocol, which many speak, and Google's."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from runtime.providers.protocols import CostlyError, Profile, Usage
from runtime.providers.read import unreadable, usage_of
from runtime.sdk import Context, HttpClient, HttpReply, Json
from runtime.sdk.meaning import MeaningKind
from runtime.sdk.statuses import refuse_bad_status

MOST_BYTES = 100_000_000  # of an answer
_TASKS = {"query": "RETRIEVAL_QUERY", "passage": "RETRIEVAL_DOCUMENT"}


@dataclass(frozen=True, slots=True)
class OpenAiEmbeddings:
    """See `runtime.providers.protocols.Measurer`. With a `key` it is our own server that is asked.

    The protocol does not know queries from passages; only our own server is told.
    """

    http: HttpClient
    base_url: str = ""
    key: str = ""

    async def embed(
        self, profile: Profile, texts: Sequence[str], kind: MeaningKind, ctx: Context
    ) -> tuple[Sequence[bytes], Usage]:
        """One request."""
        body: dict[str, Json] = {"model": profile.model, "input": list(texts)}
        headers = {"Content-Type": "application/json"}
        if self.key:
            body["input_type"] = kind
            headers["Authorization"] = f"Bearer {self.key}"
        url = f"{(self.base_url or profile.base_url).rstrip('/')}/embeddings"
        reply = await _post(self.http, url, headers, body, profile)
        refuse_bad_status(reply, ctx.now)
        try:
            answer = json.loads(reply.content)
            rows = sorted(answer["data"], key=lambda row: int(row["index"]))
            vectors = [_packed(row["embedding"]) for row in rows]
            told = answer.get("usage") or {}
            tokens = told.get("prompt_tokens")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise unreadable(reply) from None
        # Its own name for the model would change with its versions; vectors would not.
        usage = usage_of(profile, profile.model, tokens, 0)
        return _one_each(vectors, texts, usage), usage


@dataclass(frozen=True, slots=True)
class GeminiEmbeddings:
    """See `runtime.providers.protocols.Measurer` (docs: models.batchEmbedContents, v1beta)."""

    http: HttpClient

    async def embed(
        self, profile: Profile, texts: Sequence[str], kind: MeaningKind, ctx: Context
    ) -> tuple[Sequence[bytes], Usage]:
        """One request; the service does not say how many tokens it read."""
        requests: list[Json] = [
            {
                "model": f"models/{profile.model}",
                "content": {"parts": [{"text": text}]},
                "taskType": _TASKS[kind],
            }
            for text in texts
        ]
        base, model = profile.base_url.rstrip("/"), quote(profile.model, safe="")
        url = f"{base}/models/{model}:batchEmbedContents"
        headers = {"Content-Type": "application/json"}
        reply = await _post(self.http, url, headers, {"requests": requests}, profile)
        refuse_bad_status(reply, ctx.now)
        try:
            rows = json.loads(reply.content)["embeddings"]
            vectors = [_packed(row["values"]) for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise unreadable(reply) from None
        usage = usage_of(profile, profile.model, 0, 0)
        return _one_each(vectors, texts, usage), usage


async def _post(
    http: HttpClient, url: str, headers: dict[str, str], body: dict[str, Json], profile: Profile
) -> HttpReply:
    return await http.request(
        "POST",
        url,
        headers=headers,
        body=json.dumps(body, ensure_ascii=False).encode(),
        credential=profile.credential,
        timeout_seconds=profile.patience_seconds,
        follow_redirects=False,
        max_bytes=MOST_BYTES,
    )


def _packed(values: Any) -> bytes:
    """A vector of length 1; raises ValueError for what is none."""
    import numpy as np

    if isinstance(values, str):
        vector = np.frombuffer(base64.b64decode(values), dtype="<f4")
    else:
        vector = np.asarray(values, dtype="<f4")
    length = float(np.linalg.norm(vector)) if vector.ndim == 1 else 0.0
    if not 0 < length < float("inf"):  # also nothing, and what is no number
        raise ValueError
    return (vector / length).astype("<f4").tobytes()


def _one_each(vectors: Sequence[bytes], texts: Sequence[str], usage: Usage) -> Sequence[bytes]:
    if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) > 1:
        raise CostlyError("The model did not measure every text alike.", usage)
    return vectors
