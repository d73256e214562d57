"""Another program that works with a whole Segue: its API, and its webhooks."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx

from tests.support.live import LiveSegue


class Caller:
    """An API client of the admin, and a caller of webhooks."""

    def __init__(self, segue: LiveSegue) -> None:
        self.segue = segue
        self.hooks = httpx.Client(base_url=f"{segue.base_url}/hooks/", timeout=60)
        self.api = httpx.Client(
            base_url=f"{segue.base_url}/api/",
            headers={"Authorization": f"Token {segue.token()}"},
            timeout=60,
        )

    def draft(self, name: str, graph: Mapping[str, Any]) -> tuple[str, int]:
        """A new flow's id and the revision of its draft."""
        made = self.api.post("flows/", json={"name": name, "graph": graph})
        assert made.status_code == 201, made.text
        flow = made.json()["id"]
        return flow, self.api.get(f"flows/{flow}/draft/").json()["revision"]

    def publish(self, name: str, graph: Mapping[str, Any]) -> str:
        """A live flow's id."""
        flow, revision = self.draft(name, graph)
        done = self.api.post(f"flows/{flow}/publish/", json={"revision": revision})
        assert done.status_code in (200, 201), done.text
        return flow

    def publish_again(self, flow: str, graph: Mapping[str, Any]) -> None:
        """Another version of a flow."""
        draft = self.api.get(f"flows/{flow}/draft/").json()
        change = {"graph": graph, "revision": draft["revision"]}
        saved = self.api.put(f"flows/{flow}/draft/", json=change)
        assert saved.status_code == 200, saved.text
        revision = saved.json()["revision"]
        done = self.api.post(f"flows/{flow}/publish/", json={"revision": revision})
        assert done.status_code in (200, 201), done.text

    def runs(self, flow: str) -> list[dict[str, Any]]:
        """The flow's runs, newest first."""
        found: list[dict[str, Any]] = self.api.get("runs/", params={"flow": flow}).json()["results"]
        return found

    def wait_over(self, flow: str, count: int, seconds: float = 60) -> list[dict[str, Any]]:
        """The flow's runs once so many have succeeded."""
        until = time.monotonic() + seconds
        while True:
            runs = self.runs(flow)
            if sum(run["status"] == "succeeded" for run in runs) >= count:
                return runs
            assert time.monotonic() < until, [run["status"] for run in runs]
            time.sleep(0.2)
