"""Every example of every node type runs on the engine and gives what it says."""

import pytest

from runtime.registry import registry
from runtime.sandbox.pool import shared_sandbox
from runtime.sdk import Example, Node
from runtime.testing import QuietWorld
from tests.support.one_step import run_example

EXAMPLES = [
    pytest.param(node_type, example, id=f"{name}: {example.name}")
    for name, node_type in registry().items()
    for example in node_type.examples
]


@pytest.mark.parametrize(("node_type", "example"), EXAMPLES)
def test_example(node_type: type[Node], example: Example) -> None:
    if example.output is None:
        assert node_type.Params.model_fields.keys() >= example.params.keys()
        return
    result, outputs = run_example(node_type, example, world=QuietWorld(sandbox=shared_sandbox()))
    assert (result.status, result.error) == ("succeeded", None)
    assert {port: found for port, found in outputs.items() if found} == {
        port: list(found) for port, found in example.output.items() if found
    }
