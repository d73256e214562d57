"""One whole Segue for all attacks of this folder, and an admin's API client."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.support.live import LiveSegue, live


@dataclass(frozen=True)
class Attacked:
    """What an attacker who may also be an editor works with."""

    segue: LiveSegue
    api: httpx.Client
    hooks: httpx.Client

    @property
    def port(self) -> int:
        return int(self.segue.base_url.rsplit(":", 1)[1])

    def publish(self, name: str, *nodes: dict[str, Any]) -> str:
        """The id of a live flow of steps that follow one another."""
        edges = [{"source": a["id"], "target": b["id"]} for a, b in pairwise(nodes)]
        graph = {"format": "segue.flow/1", "nodes": list(nodes), "edges": edges}
        made = self.api.post("flows/", json={"name": name, "graph": graph})
        assert made.status_code == 201, made.text
        flow: str = made.json()["id"]
        revision = self.api.get(f"flows/{flow}/draft/").json()["revision"]
        done = self.api.post(f"flows/{flow}/publish/", json={"revision": revision})
        assert done.status_code == 200, done.text
        return flow

    def runs(self, flow: str) -> list[dict[str, Any]]:
        """The flow's runs, the newest first."""
        found: list[dict[str, Any]] = self.api.get("runs/", params={"flow": flow}).json()["results"]
        return found


def step(key: str, type_name: str, **params: Any) -> dict[str, Any]:
    """A step of a flow."""
    return {"id": key, "key": key, "type": type_name, "params": params}


@pytest.fixture(scope="package")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """A running Segue on SQLite that may call this machine."""
    data = tmp_path_factory.mktemp("attacked") / "data"
    with live(data, settings={"SEGUE_INTERNAL_HOSTS": "127.0.0.1"}) as segue:
        token = {"Authorization": f"Token {segue.token()}"}
        with (
            httpx.Client(base_url=f"{segue.base_url}/api/", headers=token, timeout=60) as api,
            httpx.Client(base_url=f"{segue.base_url}/hooks/", timeout=60) as hooks,
        ):
            yield Attacked(segue, api, hooks)
