"""Two tabs save the same flow, and the server dies in the middle of a save.

Row 31 of the fault matrix (docs/operators/faults.md).
"""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import httpx

from tests.support.stand import Stand


def graph(number: int) -> dict[str, Any]:
    """A graph that tells which save it came with, in each of its parts."""
    start = {"id": "s", "key": "start", "type": "trigger.manual"}
    steps = [
        {"id": f"n{i}", "key": f"n{i}", "type": "data.set",
         "params": {"fields": [{"name": "save", "value": str(number)}]}}
        for i in range(20)
    ]  # fmt: skip
    return {"format": "segue.flow/1", "nodes": [start, *steps], "edges": []}


def saves_in(draft: dict[str, Any]) -> set[str]:
    """Which saves the parts of a graph are of."""
    nodes = draft["graph"]["nodes"]
    return {node["params"]["fields"][0]["value"] for node in nodes if node["id"] != "s"}


def test_of_two_tabs_one_saves_and_the_other_gets_a_choice(stand: Stand) -> None:
    with stand.api(stand.start_web()) as api:
        flow = api.post("flows/", json={"name": "Two tabs", "graph": graph(0)}).json()["id"]

        def save(number: int) -> httpx.Response:
            return api.put(f"flows/{flow}/draft/", json={"revision": 1, "graph": graph(number)})

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(save, range(1, 9)))
        won = [n for n, answer in enumerate(answers, 1) if answer.status_code == 200]
        lost = [answer for answer in answers if answer.status_code == 409]
        assert (len(won), len(lost)) == (1, 7), [answer.status_code for answer in answers]
        for answer in lost:  # with what the other tab wrote, and who, to choose from
            assert saves_in(answer.json()) == {str(won[0])}
            assert answer.json()["revision"] == 2
            assert "changed this flow after you opened it" in answer.json()["message"]
        assert saves_in(api.get(f"flows/{flow}/draft/").json()) == {str(won[0])}


def test_a_server_that_dies_in_the_middle_of_a_save_leaves_a_whole_flow(stand: Stand) -> None:
    chance = Random(seed := time.time_ns())
    print(f"seed {seed}")
    with stand.api(stand.start_web()) as api:
        flow = api.post("flows/", json={"name": "Saved", "graph": graph(1)}).json()["id"]
        web = stand.webs.pop()
        kill = threading.Timer(chance.uniform(0.3, 0.8), os.killpg, (web.pid, signal.SIGKILL))
        kill.start()
        revision = 1
        try:
            while True:
                body = {"revision": revision, "graph": graph(revision + 1)}
                answer = api.put(f"flows/{flow}/draft/", json=body)
                assert answer.status_code == 200, answer.text
                revision = answer.json()["revision"]
        except httpx.HTTPError:
            web.wait()
            kill.join()
    with stand.api(stand.start_web()) as api:
        draft = api.get(f"flows/{flow}/draft/").json()
        assert draft["revision"] in (revision, revision + 1)  # the last may have come to its end
        assert saves_in(draft) == {str(draft["revision"])}
        body = {"revision": draft["revision"], "graph": graph(99)}
        assert api.put(f"flows/{flow}/draft/", json=body).status_code == 200
