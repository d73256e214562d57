"""An agent's worker is killed in the middle; what it thought and did is not done again.

Row 1 of the fault matrix (docs/operators/faults.md), for steps inside of steps.
"""

import json
import os
import signal

from runtime.graph.document import Document
from runtime.graph.parse import parse_document
from tests.support.counter import counting_server
from tests.support.model_server import Hang, ModelServer, Uses, model_server
from tests.support.stand import Stand, node


def helped(url: str) -> Document:
    """An agent with two tools that call a server which counts."""
    tools = [node(key, "test.call", {"url": url}) for key in ("first", "second")]
    agent = node("agent", "ai.agent", {"goal": "Call both."})
    wires = [{"source": "start", "target": "agent"}]
    wires += [
        {"source": "agent", "source_port": "tools", "target": key} for key in ("first", "second")
    ]
    nodes = [node("start", "trigger.manual"), agent, *tools]
    return parse_document({"nodes": nodes, "edges": wires})


def test_an_agent_killed_after_its_second_tool_goes_on_where_it_was(stand: Stand) -> None:
    with counting_server() as calls, model_server("unused") as model:
        model.answers = [Uses(("first", {})), Uses(("second", {})), Hang()]
        stand.add_model(model.base_url)
        allowed = {"SEGUE_INTERNAL_HOSTS": model.place}
        victim = stand.start_worker(**allowed)
        stand.wait_for_workers(1)
        stand.accept(helped(calls.url))
        stand.until(lambda: len(model.requests) == 3, 40, "the third turn did not begin")
        os.kill(victim.pid, signal.SIGKILL)
        model.answers = ["Both were called."]
        stand.start_worker(**allowed)
        stand.wait_over(60)
        assert stand.statuses() == {"succeeded": 1}
        (output,) = stand.db.run("SELECT output FROM runtime_run")[0]
        assert json.loads(output)[0]["text"] == "Both were called."
        assert sorted(calls.calls.values()) == [1, 1], "neither call was made again"
        asked = turns(model)
        assert len(asked) == 4, "only the turn that was cut off was asked again"
        assert asked[3] == asked[2]


def turns(model: ModelServer) -> list[object]:
    """What the model was told each time it was asked."""
    return [request["messages"] for request in model.requests]
